import { testFiles } from '@heartllm/testing';
import { expect, test } from 'vitest';
import { decoderParameters, encoderParameters, type ParameterSpec, publishedConfig } from '../src/config.ts';

const fixtures = testFiles(import.meta.url, './fixtures/');
const count = (specs: ParameterSpec[]) =>
  specs.reduce((total, { shape }) => total + shape.reduce((product, length) => product * length, 1), 0);

test('names and shapes are those of the published state_dict', async () => {
  const published = JSON.parse(new TextDecoder().decode(await fixtures.read('state-dict.json')));
  const ours = [...encoderParameters(publishedConfig), ...decoderParameters(publishedConfig)];
  expect(ours).toHaveLength(73);
  expect(Object.fromEntries(ours.map(({ name, shape }) => [name, shape]))).toEqual(published);
});

test('the published encoder has 30,692 parameters, the decoder 4,139,916', () => {
  expect(count(encoderParameters(publishedConfig))).toBe(30_692);
  expect(count(decoderParameters(publishedConfig))).toBe(4_139_916);
});

test('without a decoder there are no decoder parameters', () => {
  expect(decoderParameters({ ...publishedConfig, decoder: null })).toEqual([]);
});

test('a deeper decoder adds layers after the published one, which keeps its names', () => {
  const shallow = decoderParameters({ ...publishedConfig, decoder: { channels: 16, depth: 1 } }).map(
    ({ name }) => name,
  );
  const deep = decoderParameters({ ...publishedConfig, decoder: { channels: 16, depth: 2 } }).map(({ name }) => name);
  expect(shallow.filter((name) => !deep.includes(name))).toEqual([]);
  const added = deep.filter((name) => !shallow.includes(name));
  expect(added).toHaveLength(4 * 6);
  expect(added[0]).toBe('dec.dec.0.1.inc.b1.weight');
});

test('the paper variant has four branches of full width', () => {
  const paper = encoderParameters({ ...publishedConfig, encoder: { ...publishedConfig.encoder, variant: 'paper' } });
  const shapes = paper.filter(({ name }) => name.startsWith('enc.bottleneck.inc')).map(({ shape }) => shape);
  expect(shapes).toEqual([3, 5, 7, 1].map((width) => [32, 32, width]));
});

test('a causal encoder has running statistics per group and block besides, buffers as in a BatchNorm; its decoder is the same', () => {
  const config = { ...publishedConfig, encoder: { ...publishedConfig.encoder, causal: true } };
  const [plain, causal] = [encoderParameters(publishedConfig), encoderParameters(config)];
  expect(causal.filter(({ buffer }) => !buffer)).toEqual(plain);
  const buffers = causal.filter(({ buffer }) => buffer);
  expect(buffers).toHaveLength(2 * 5);
  expect(buffers[1]).toEqual({ name: 'enc.blocks.0.0.norm.running_var', shape: [8], init: 'ones', buffer: true });
  expect(decoderParameters(config)).toEqual(decoderParameters(publishedConfig));
});
