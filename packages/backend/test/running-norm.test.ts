import { expectAllClose } from '@heartllm/testing';
import { eachBackend } from '@heartllm/testing/backends';
import * as tf from '@tensorflow/tfjs-core';
import { expect, test } from 'vitest';
import { groupNorm, runningNorm } from '../src/index.ts';
import { spread } from './ops/naive.ts';

await eachBackend(({ tolerance }) => {
  test("running statistics follow three batches as PyTorch's BatchNorm does, also under a gradient; inference leaves them alone", async () => {
    const before = tf.memory().numTensors;
    const [mean, variance] = [
      [0, 0],
      [1, 1],
    ].map((initial) => tf.tidy(() => tf.variable(tf.tensor1d(initial), false)));
    const [weight, bias] = [tf.ones([6]) as tf.Tensor1D, tf.zeros([6]) as tf.Tensor1D];
    const expected = { mean: [0, 0], variance: [1, 1] };
    for (const seed of [1, 2, 3]) {
      const { shape, data } = spread([2, 7, 6], { low: -2, high: 3, seed });
      tf.tidy(() => {
        const x = tf.tensor3d(Float32Array.from(data), shape as [number, number, number]);
        tf.grad((input) => runningNorm(input as tf.Tensor3D, weight, bias, { mean, variance, training: true }))(x);
        runningNorm(x, weight, bias, { mean, variance, training: false });
      });
      for (const group of [0, 1]) {
        const values = Array.from(data).filter((_, i) => Math.floor((i % 6) / 3) === group); // 42 of them
        const m = values.reduce((a, b) => a + b, 0) / 42;
        const unbiased = values.reduce((a, b) => a + (b - m) ** 2, 0) / 41;
        expected.mean[group] = 0.9 * expected.mean[group] + 0.1 * m;
        expected.variance[group] = 0.9 * expected.variance[group] + 0.1 * unbiased;
      }
    }
    expectAllClose(await mean.data(), expected.mean, tolerance);
    expectAllClose(await variance.data(), expected.variance, tolerance);
    tf.dispose([mean, variance, weight, bias]);
    expect(tf.memory().numTensors).toBe(before);
  });

  test('groups that do not divide the channels are refused, never taken for half a channel each', () => {
    const [x, four] = [tf.ones([1, 5, 4]) as tf.Tensor3D, tf.ones([4]) as tf.Tensor1D];
    for (const groups of [8, 3]) {
      const message = `expected a number of channels that ${groups} groups divide, found 4`;
      expect(() => groupNorm(x, four, four, { groups })).toThrow(`groupNorm: ${message}`);
      const [mean, variance] = [0, 1].map((initial) => tf.variable(tf.fill([groups], initial)));
      for (const training of [true, false]) {
        expect(() => runningNorm(x, four, four, { mean, variance, training })).toThrow(`runningNorm: ${message}`);
      }
      tf.dispose([mean, variance]);
    }
    tf.dispose([x, four]);
  });
});
