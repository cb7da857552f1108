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
  ['code, causal', tinyConfig('code', 1, true)],
  ['paper, causal', tinyConfig('paper', 1, true)],
];

/** The mean squared error of random targets in training, and its derivative by one element of every parameter, from the definition. */
function gradientCase(config: TokenizerConfig) {
  const weights = tinyWeights(config, 3);
  const x = [random(2, 43), random(2, 43)];
  const target = [random(2, 43), random(2, 43)];
  const exact = new Map(Object.entries(weights).map(([name, { data }]) => [name, Float64Array.from(data)]));
  const values: Values = (name) => exact.get(name)!;
  const loss = () => {
    const errors = naiveEncode(x, values, config, true).flatMap((points, n) => {
      const codes = points.map((row) => row.map((v) => 1 / (1 + Math.exp(-v))));
      return naiveDecode(codes, values, config).flatMap((lead, l) => lead.map((v, t) => (v - target[n][l][t]) ** 2));
    });
    return errors.reduce((sum, error) => sum + error, 0) / errors.length;
  };
  const derivatives = new Map<string, { index: number; derivative: number }>();
  const h = 1e-7; // small, because a LeakyReLU whose input changes sign in between spoils the difference
  for (const [name, data] of exact) {
    if (name.includes('.running_')) continue; // training does not read them, and they have no gradient
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

const gradientCases = (['code', 'paper'] as const).flatMap((variant) => [
  [variant, gradientCase(tinyConfig(variant))] as const,
  [`${variant}, causal`, gradientCase(tinyConfig(variant, 1, true))] as const,
]);

await eachBackend(({ tolerance }) => {
  for (const [title, config] of configs) {
    const weights = tinyWeights(config);
    const values: Values = (name) => weights[name].data;
    const load = () => LeadAutoencoder.load(memoryFolder(config, weights));

    test(`${title}: a batch is encoded and decoded as by float64 loops`, async () => {
      const network = await load();
      const signals = [random(2, 43), random(2, 43)];
      const points = network.encode(tf.tensor3d(signals)); // [2, 3, 3]
      const expected = naiveEncode(signals, values, config);
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

  for (const [title, { config, weights, x, target, loss, derivatives }] of gradientCases) {
    test(`${title}: gradients of encoder and decoder equal central differences of float64 loops`, async () => {
      const network = await LeadAutoencoder.load(memoryFolder(config, weights));
      const before = tf.memory().numTensors;
      const { value, grads } = tf.variableGrads(() => {
        const decoded = network.decode(tf.sigmoid(network.encode(tf.tensor3d(x), { training: true })));
        return tf.mean(tf.squaredDifference(decoded, tf.tensor3d(target)));
      }, [...network.parameters.values()]);
      const actual: number[] = [];
      for (const [name, { index }] of derivatives) {
        actual.push((await grads[network.parameters.get(name)!.name].data())[index]);
      }
      expectAllClose(await value.data(), [loss], tolerance);
      expectAllClose(
        actual,
        [...derivatives.values()].map(({ derivative }) => derivative),
        tolerance,
      );
      tf.dispose([value, grads]);
      expect(tf.memory().numTensors).toBe(before);
      network.dispose();
    });
  }
});

await eachBackend(['cpu'], () => {
  test('training moves the running statistics, which have no gradient and are saved with the weights; encoding does not', async () => {
    const config = tinyConfig('code', 1, true);
    const network = LeadAutoencoder.create(config, new Generator(1));
    const x = tf.tensor3d([random(2, 43), random(2, 43)]);
    const statistics = async () => {
      const { 'enc.bottleneck.norm.running_mean': mean, 'enc.bottleneck.norm.running_var': variance } =
        await network.tensors();
      return { mean: [...mean.data], variance: [...variance.data] };
    };
    const initial = { mean: [0, 0], variance: [1, 1] };
    tf.dispose(network.encode(x));
    expect(await statistics()).toEqual(initial);
    tf.tidy(() => {
      const parameters = [...network.parameters.values()];
      const { grads } = tf.variableGrads(() => tf.sum(network.encode(x, { training: true })), parameters);
      for (const [name, { name: variable, trainable }] of network.parameters) {
        expect(trainable, name).toBe(!name.includes('.running_'));
        expect(Boolean(grads[variable]), name).toBe(trainable && name.startsWith('enc.'));
      }
    });
    const moved = await statistics();
    expect(moved.mean.every((value) => value !== 0)).toBe(true);
    expect(moved.variance.every((value) => value !== 1)).toBe(true);
    x.dispose();
    network.dispose();
  });

  test('a later sample never changes an earlier point of a causal encoder: point j ends with sample 16 j', async () => {
    for (const variant of ['code', 'paper'] as const) {
      const network = LeadAutoencoder.create(tinyConfig(variant, 1, true), new Generator(1));
      const signal = random(2, 43);
      const points = async (x: Signal) => (await tf.tidy(() => network.encode(tf.tensor3d([x]))).array())[0];
      const whole = await points(signal);
      for (let t = 0; t < 43; t++) {
        const other = await points(signal.map((lead) => lead.map((value, i) => (i >= t ? 9 : value))));
        const same = Math.ceil(t / 16); // points 0 .. same - 1 end before t
        expect(other.slice(0, same)).toEqual(whole.slice(0, same));
        if (same < 3) expect(other[same]).not.toEqual(whole[same]);
      }
      network.dispose();
    }
  });

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
