import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { build } from 'esbuild';
import { expect, test } from 'vitest';
import * as main from '../src/index.ts';
import * as tensors from '../src/tf.ts';

test('the public names', () => {
  expect(Object.keys(main).sort()).toEqual([
    'CODE_FORMAT',
    'CodeShards',
    'CodeShardsError',
    'EcgTokenizer',
    'ForeignCodesError',
    'Fsq',
    'RecordingError',
    'SHARDS_MANIFEST',
    'assertSameRun',
    'codeUsage',
    'delineate',
    'encodeShard',
    'fidelity',
    'formatShardsManifest',
    'normalizeSignal',
    'numbersOf',
    'parseShardsManifest',
    'prepareSignal',
    'shardFiles',
    'shardRange',
    'stLevel',
    'undoZScore',
    'zScore',
  ]);
  expect(Object.keys(tensors).sort()).toEqual(['TfEcgTokenizer', 'loadTfTokenizer', 'quantizeStraightThrough']);
});

test('the main entry bundles for a browser without TensorFlow.js and without Node modules', async () => {
  const { metafile } = await build({
    entryPoints: [fileURLToPath(new URL('../src/index.ts', import.meta.url))],
    conditions: ['heartllm-src'],
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

test('all that a page downloads to encode, with the weights, is less than 100 KB gzipped', async () => {
  const { outputFiles } = await build({
    entryPoints: [fileURLToPath(new URL('../src/index.ts', import.meta.url))],
    conditions: ['heartllm-src'],
    platform: 'browser',
    format: 'esm',
    bundle: true,
    minify: true,
    write: false,
    logLevel: 'silent',
  });
  const bytes = gzipSync(outputFiles[0].contents, { level: 9 }).length;
  expect(bytes).toBeLessThan(100_000);
  expect(bytes).toBeGreaterThan(60_000); // the weights are among them
});
