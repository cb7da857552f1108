import { describe, expect, test } from 'vitest';
import { readWeights } from '../src/config.ts';
import { memoryFolder, tinyConfig, tinyWeights } from './helpers/tiny.ts';

const config = tinyConfig('code');
const tensors = tinyWeights(config);

test('a model folder gives its configuration and every parameter, and leaves other tensors alone', async () => {
  const more = { ...tensors, optimizer: { shape: [1], data: Float32Array.of(1) } };
  const read = await readWeights(memoryFolder(config, more));
  expect(read.config).toEqual(config);
  expect([...read.weights.keys()].sort()).toEqual(Object.keys(tensors).sort());
  expect(read.weights.get('enc.to_code.weight')).toEqual(tensors['enc.to_code.weight'].data);
});

test('the folder may be named, with or without a slash, or be the source itself', async () => {
  for (const [stored, asked] of [
    ['a/b/', 'a/b'],
    ['a/b/', 'a/b/'],
    ['', ''],
    ['', '.'],
  ]) {
    expect((await readWeights(memoryFolder(config, tensors, stored), asked)).config).toEqual(config);
  }
});

test('half-precision weights are widened', async () => {
  const bias = tensors['enc.to_code.bias'];
  const read = await readWeights(memoryFolder(config, { ...tensors, 'enc.to_code.bias': { ...bias, dtype: 'BF16' } }));
  const widened = read.weights.get('enc.to_code.bias')!;
  expect(widened).toBeInstanceOf(Float32Array);
  for (const [i, value] of widened.entries()) expect(Math.abs(value / bias.data[i] - 1)).toBeLessThan(2 ** -8);
});

describe('what does not fit is named by file and tensor', () => {
  const causal = tinyConfig('code', 1, true);
  const negative = {
    ...tinyWeights(causal),
    'enc.bottleneck.norm.running_var': { shape: [2], data: Float32Array.of(1, -1) },
  };
  const { 'dec.final.bias': _, ...incomplete } = tensors;
  const integers = { shape: [3], data: Int32Array.of(1, 2, 3), dtype: 'I32' as const };
  const path = 'ecg-tokenizer/model.safetensors';
  test.each<[string, Parameters<typeof memoryFolder>, string]>([
    ['no JSON', ['hello', tensors], 'ecg-tokenizer/config.json: expected JSON'],
    ['a bad field', [{ ...config, bound: 'x' }, tensors], 'ecg-tokenizer/config.json: bound: expected'],
    ['a missing tensor', [config, incomplete], `${path}: tensor dec.final.bias: missing`],
    [
      'a weight that is no number',
      [config, { ...tensors, 'enc.to_code.bias': { shape: [3], data: Float32Array.of(1, 2, Number.NaN) } }],
      `${path}: tensor enc.to_code.bias: value 2 is NaN, expected numbers`,
    ],
    [
      'a variance below 0',
      [causal, negative],
      `${path}: tensor enc.bottleneck.norm.running_var: value 1 is -1, expected numbers from 0`,
    ],
    [
      'running statistics that are not there',
      [causal, tensors],
      `${path}: tensor enc.blocks.0.0.norm.running_mean: missing`,
    ],
    [
      'a tensor of another shape',
      [{ ...config, levels: [6, 6] }, tensors],
      `${path}: tensor enc.to_code.weight: expected shape [2,16], found [3,16]`,
    ],
    [
      'a tensor of integers',
      [config, { ...tensors, 'enc.to_code.bias': integers }],
      `${path}: tensor enc.to_code.bias: expected F32, F16 or BF16, found I32`,
    ],
  ])('%s', async (_, folder, message) => {
    const error = await readWeights(memoryFolder(...folder)).catch((error: unknown) => error);
    expect(['TokenizerConfigError', 'FileError']).toContain((error as Error).name);
    expect((error as Error).message).toContain(message);
  });
});
