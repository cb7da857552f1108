import { eachBackend } from '@heartllm/testing/backends';
import * as tf from '@tensorflow/tfjs-core';
import { expect, test } from 'vitest';

const count = 3 * 2 ** 20 + 7;
/** Above 0, so that what is lost at every addition adds up as well. */
const values = Float32Array.from({ length: count }, (_, i) => 0.1 + 0.9 * ((i * 0.754877666) % 1));
const exact = values.reduce((sum, value) => sum + value, 0);
const squares = values.reduce((sum, value) => sum + value * value, 0);

const off = async (make: () => tf.Tensor, expected: number) => {
  const y = tf.tidy(make);
  const worst = Math.max(...Array.from(await y.data(), (value) => Math.abs(value / expected - 1)));
  y.dispose();
  return worst;
};

// a sum of 3 million values of one sign: one float32 after the other is up to 2 % low
await eachBackend(['cpu', 'wasm', 'node'], ({ tolerance }) => {
  test.each<[string, number[], number[]]>([
    ['all of a vector', [count], [0]],
    ['the first axis', [count, 1], [0]],
    ['the last axis', [1, count], [1]],
    ['a middle axis', [1, count, 1], [1]],
    ['two axes apart', [count, 1, 1], [0, 2]],
  ])('sum and mean over %s of 3 million values equal those in float64', async (_, shape, axes) => {
    expect(await off(() => tf.sum(tf.tensor(values, shape), axes), exact)).toBeLessThan(tolerance);
    expect(await off(() => tf.mean(tf.tensor(values, shape), axes), exact / count)).toBeLessThan(tolerance);
  });

  test('so do columns, however many', async () => {
    for (const columns of [3, 8, 13]) {
      const column = values.subarray(0, 200_000);
      const sum = column.reduce((total, value) => total + value, 0);
      const made = () => tf.sum(tf.tile(tf.tensor2d(column, [column.length, 1]), [1, columns]), 0);
      expect(await off(made, sum), `${columns}`).toBeLessThan(tolerance);
    }
  });

  test('a norm, a mean squared error and its gradient', async () => {
    expect(await off(() => tf.norm(tf.tensor1d(values)), Math.sqrt(squares))).toBeLessThan(tolerance);
    const error = (x: tf.Tensor) => tf.losses.meanSquaredError(tf.zerosLike(x), x) as tf.Scalar;
    expect(await off(() => error(tf.tensor1d(values)), squares / count)).toBeLessThan(tolerance);
    const scale = (s: tf.Tensor) => error(tf.mul(tf.tensor1d(values), s)); // its gradient sums over all values as well
    expect(await off(() => tf.grad(scale)(tf.scalar(1)), (2 * squares) / count)).toBeLessThan(tolerance);
  });
});

await eachBackend(['webgpu'], ({ tolerance }) => {
  test('sum and mean of 2^25 values equal those in float64, also where their number has no divisor', async () => {
    const tenth = Math.fround(0.1);
    const many = 2 ** 25;
    expect(await off(() => tf.sum(tf.fill([many], 0.1)), many * tenth)).toBeLessThan(tolerance);
    expect(await off(() => tf.mean(tf.fill([many / 64, 4], 0.1), 0), tenth)).toBeLessThan(tolerance);
    expect(await off(() => tf.sum(tf.fill([1, 1_000_003], 0.1), 1), 1_000_003 * tenth)).toBeLessThan(tolerance);
  });
});

// the kernels of this package for matMul
await eachBackend(['cpu', 'wasm'], () => {
  test.each([
    [1, 1, 2 ** 20],
    [1, 9, 2 ** 18],
    [8, 1, 2 ** 18],
    [9, 9, 2 ** 16],
  ])('[%i, k] times [k, %i] sums %i products to 1e-5, transposed or not', async (rows, columns, k) => {
    const part = values.subarray(0, k);
    const expected = part.reduce((sum, value) => sum + value, 0);
    for (const [ta, tb] of [
      [false, false],
      [false, true],
      [true, false],
      [true, true],
    ]) {
      const y = tf.tidy(() => {
        const a = tf.tile(tf.tensor2d(part, [1, k]), [rows, 1]);
        const b = tf.ones<tf.Rank.R2>([k, columns]);
        return tf.matMul(ta ? tf.transpose(a) : a, tb ? tf.transpose(b) : b, ta, tb);
      });
      for (const value of await y.data()) expect(Math.abs(value / expected - 1)).toBeLessThan(1e-5);
      y.dispose();
    }
  });
});
