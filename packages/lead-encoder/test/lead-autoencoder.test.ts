import { Generator } from '@heartllm/backend';
import { expectAllClose } from '@heartllm/testing';
import { eachBackend } from '@heartllm/testing/backends';
import * as tf from '@tensorflow/tfjs-core';
import { expect, test } from 'vitest';
import { LeadAutoencoder, type TokenizerConfig } from '../src/index.ts';
import { naiveDecode, naiveEncode, type Signal, type Values } from './helpers/naive.ts';
import { memoryFolder, tinyConfig, tinyWeights } from './helpers/tiny.ts';

const generator = new Generator(7);
const random = (rows: number, columns: number): Signal =>
  Array.from({ length: rows }, () => Array.from({ length: columns }, () => Math.fround(generator.normal())));

const configs: [string, TokenizerConfig][] = [
  ['code', tinyConfig('code')],
  ['code, decoder two deep', tinyConfig('code', 2)],
  ['paper', tinyConfig('paper')],
  ['paper, decoder two deep', tinyConfig('paper', 2)],
];

/** The mean squared error of a random target, and its derivative by one element of every parameter, from the definition. */
function gradientCase(config: TokenizerConfig) {
  const weights = tinyWeights(config, 3);
  const [x, target] = [random(2, 43), random(2, 43)];
  const exact = new Map(Object.entries(weights).map(([name, { data }]) => [name, Float64Array.from(data)]));
  const values: Values = (name) => exact.get(name)!;
  const loss = () => {
    const codes = naiveEncode(x, values, config).map((row) => row.map((v) => 1 / (1 + Math.exp(-v))));
    const errors = naiveDecode(codes, values, config).flatMap((lead, l) => lead.map((v, t) => (v - target[l][t]) ** 2));
    return errors.reduce((sum, error) => sum + error, 0) / errors.length;
  };
  const derivatives = new Map<string, { index: number; derivative: number }>();
  const h = 1e-7; // small, because a LeakyReLU whose input changes sign in between spoils the difference
  for (const [name, data] of exact) {
    const index = data.length >> 1;
    const original = data[index];
    data[index] = original + h;
    const above = loss();
    data[index] = original - h;
    derivatives.set(name, { index, derivative: (above - loss()) / (2 * h) });
    data[index] = original;
  }
  return { config, weights, x, target, loss: loss(), derivatives };
}

const gradientCases = (['code', 'paper'] as const).map(
  (variant) => [variant, gradientCase(tinyConfig(variant))] as const,
);

await eachBackend(({ tolerance }) => {
  for (const [title, config] of configs) {
    const weights = tinyWeights(config);
    const values: Values = (name) => weights[name].data;
    const load = () => LeadAutoencoder.load(memoryFolder(config, weights));

    test(`${title}: a batch is encoded and decoded as by float64 loops`, async () => {
      const network = await load();
      const signals = [random(2, 43), random(2, 43)];
      const points = network.encode(tf.tensor3d(signals)); // [2, 3, 3]
      const expected = signals.map((signal) => naiveEncode(signal, values, config));
      expect(points.shape).toEqual([2, 3, 3]);
      expectAllClose(await points.data(), expected.flat(2), tolerance);

      const codes = expected.map((rows) => rows.map((row) => row.map(Math.fround)));
      const decoded = network.decode(tf.tensor3d(codes));
      expect(decoded.shape).toEqual([2, 2, 43]); // 48 decoded, 43 asked for
      const back = codes.map((rows) => naiveDecode(rows, values, config));
      expectAllClose(await decoded.data(), back.flat(2), tolerance);
      network.dispose();
    });
  }

  for (const [variant, { config, weights, x, target, loss, derivatives }] of gradientCases) {
    test(`${variant}: gradients of encoder and decoder equal central differences of float64 loops`, async () => {
      const network = await LeadAutoencoder.load(memoryFolder(config, weights));
      const before = tf.memory().numTensors;
      const { value, grads } = tf.variableGrads(() => {
        const decoded = network.decode(tf.sigmoid(network.encode(tf.tensor3d([x]))));
        return tf.mean(tf.squaredDifference(decoded, tf.tensor3d([target])));
      }, [...network.parameters.values()]);
      const actual: number[] = [];
      for (const [name, { index }] of derivatives) {
        actual.push((await grads[network.parameters.get(name)!.name].data())[index]);
      }
      expectAllClose(await value.data(), [loss], tolerance);
      expectAllClose(
        actual,
        [...derivatives.values()].map(({ derivative }) => derivative),
        3 * tolerance,
      );
      tf.dispose([value, grads]);
      expect(tf.memory().numTensors).toBe(before);
      network.dispose();
    });
  }
});

await eachBackend(['cpu'], () => {
  test('a new network is drawn as PyTorch draws it, the same from the same seed', async () => {
    const config = tinyConfig('code');
    const [a, b, other] = [1, 1, 2].map((seed) => LeadAutoencoder.create(config, new Generator(seed)));
    const [wa, wb, wo] = await Promise.all([a, b, other].map((network) => network.tensors()));
    expect(wb).toEqual(wa);
    expect(wo).not.toEqual(wa);
    expect(wa['enc.bottleneck.norm.weight'].data.every((v) => v === 1)).toBe(true);
    expect(wa['enc.bottleneck.norm.bias'].data.every((v) => v === 0)).toBe(true);
    const largest = Math.max(...wa['enc.blocks.1.0.inc.b3.weight'].data.map(Math.abs));
    expect(largest).toBeLessThanOrEqual(1 / Math.sqrt(8 * 7)); // uniform in +-1/sqrt(fan in)
    expect(largest).toBeGreaterThan(0.9 / Math.sqrt(8 * 7));
  });

  test('any number of samples and codes passes; only what is beyond the configured window is cut off', () => {
    tf.tidy(() => {
      const network = LeadAutoencoder.create(tinyConfig('code'), new Generator(1));
      expect(network.encode(tf.zeros([1, 2, 16])).shape).toEqual([1, 1, 3]);
      expect(network.encode(tf.zeros([1, 2, 100])).shape).toEqual([1, 7, 3]);
      expect(network.decode(tf.zeros([1, 1, 3])).shape).toEqual([1, 2, 16]);
      expect(network.decode(tf.zeros([1, 9, 3])).shape).toEqual([1, 2, 43]);
    });
  });

  test('disposing frees everything, forward passes leave nothing behind', () => {
    const before = tf.memory().numTensors;
    const network = LeadAutoencoder.create(tinyConfig('paper', 2), new Generator(1));
    const loaded = tf.memory().numTensors;
    for (let i = 0; i < 3; i++) {
      tf.dispose(tf.tidy(() => network.decode(network.encode(tf.ones([1, 2, 43])))));
      expect(tf.memory().numTensors).toBe(loaded);
    }
    network.dispose();
    expect(tf.memory().numTensors).toBe(before);
  });

  test('a network without a decoder says so', () => {
    const network = LeadAutoencoder.create({ ...tinyConfig('code'), decoder: null }, new Generator(1));
    expect(() => network.decode(tf.zeros([1, 3, 3]))).toThrow('its weights hold the encoder only');
    network.dispose();
  });
});
