import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { expect, test } from 'vitest';
import * as main from '../src/index.ts';
import * as tensors from '../src/tf.ts';

test('the public names', () => {
  expect(Object.keys(main).sort()).toEqual([
    'EcgTokenizer',
    'Fsq',
    'RecordingError',
    'codeUsage',
    'prepareSignal',
    'zScore',
  ]);
  expect(Object.keys(tensors).sort()).toEqual(['TfEcgTokenizer', 'loadTfTokenizer', 'quantizeStraightThrough']);
});

test('the main entry bundles for a browser without TensorFlow.js and without Node modules', async () => {
  const { metafile } = await build({
    entryPoints: [fileURLToPath(new URL('../src/index.ts', import.meta.url))],
    conditions: ['@heartllm/source'],
    platform: 'browser', // an import of node:fs would be an error
    format: 'esm',
    bundle: true,
    write: false,
    metafile: true,
    logLevel: 'silent',
  });
  const inputs = Object.keys(metafile.inputs);
  expect(inputs.some((path) => path.endsWith('ecg-tokenizer.ts'))).toBe(true);
  expect(inputs.filter((path) => path.includes('node_modules'))).toEqual([]);
});
