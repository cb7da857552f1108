import { expectAllClose } from '@heartllm/testing';
import { eachBackend } from '@heartllm/testing/backends';
import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, test } from 'vitest';
import { Fsq } from '../src/index.ts';
import { quantizeStraightThrough } from '../src/tf.ts';
import { json } from './helpers/fixtures.ts';

interface TanhCase {
  levels: number[];
  x: number[][];
  codes: number[][];
  cotangent: number[][];
  grad_x: number[][];
}

const { cases } = await json<{ cases: TanhCase[] }>('fsq-tanh.json');

await eachBackend(({ tolerance }) => {
  describe('the tanh layer equals vector-quantize-pytorch', () => {
    test.each(cases)('levels $levels', async ({ levels, x, codes, cotangent, grad_x }) => {
      const fsq = new Fsq({ levels, bound: 'tanh' });
      const layer = (input: tf.Tensor2D) => quantizeStraightThrough(input, fsq);
      const [value, gradient] = tf.tidy(() => [
        layer(tf.tensor2d(x)),
        tf.grad((input) => layer(input as tf.Tensor2D))(tf.tensor2d(x), tf.tensor2d(cotangent)),
      ]);
      expectAllClose(await value.data(), codes.flat(), 1e-6);
      expectAllClose(await gradient.data(), grad_x.flat(), tolerance);
      tf.dispose([value, gradient]);
    });
  });

  describe('the sigmoid layer', () => {
    const fsq = new Fsq({ levels: [6, 4, 3], bound: 'sigmoid' });
    // 2 x 5 points, no value near a rounding boundary of its dimension
    const x = Array.from({ length: 30 }, (_, i) => 3 * Math.sin(7 * i + 1));
    const sigmoid = (v: number) => 1 / (1 + Math.exp(-v));

    test('forward equals Fsq.quantize, for points of any rank', async () => {
      const top = x.map((v, i) => sigmoid(v) * (fsq.levels[i % 3] - 1));
      expect(Math.min(...top.map((v) => Math.abs(v - Math.floor(v) - 0.5)))).toBeGreaterThan(1e-3);
      const value = quantizeStraightThrough(tf.tensor3d(x, [2, 5, 3]), fsq); // [2, 5, 3]
      expect(value.shape).toEqual([2, 5, 3]);
      expectAllClose(await value.data(), fsq.quantize(x).codes, 1e-6);
      value.dispose();
    });

    test('backward equals central differences of the sigmoid alone, as if nothing had been rounded', async () => {
      const weights = x.map((_, i) => Math.cos(i));
      const gradient = tf.tidy(() =>
        tf.grad((input) => quantizeStraightThrough(input, fsq))(tf.tensor2d(x, [10, 3]), tf.tensor2d(weights, [10, 3])),
      );
      const h = 1e-5;
      const expected = x.map((v, i) => (weights[i] * (sigmoid(v + h) - sigmoid(v - h))) / (2 * h));
      expectAllClose(await gradient.data(), expected, tolerance);
      gradient.dispose();
    });

    test('keeps no tensors', () => {
      const input = tf.tensor2d(x, [10, 3]);
      const before = tf.memory().numTensors;
      for (const bound of ['sigmoid', 'tanh'] as const) {
        quantizeStraightThrough(input, new Fsq({ levels: [6, 4, 3], bound })).dispose();
      }
      expect(tf.memory().numTensors).toBe(before);
      input.dispose();
    });
  });
});
