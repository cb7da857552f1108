import { expectAllClose } from '@heartllm/testing';
import { useTestBackend } from '@heartllm/testing/backends';
import * as tf from '@tensorflow/tfjs-core';
import fc from 'fast-check';
import { beforeAll, describe, expect, test } from 'vitest';

beforeAll(async () => {
  await useTestBackend('wasm');
});

const wave = (length: number, rate: number) => Float32Array.from({ length }, (_, i) => Math.sin(rate * i));

/** a [m, k] times b [k, n] in float64. */
function product(m: number, k: number, n: number, a: Float32Array, b: Float32Array): Float64Array {
  const c = new Float64Array(m * n);
  for (let i = 0; i < m; i++) {
    for (let p = 0; p < k; p++) for (let j = 0; j < n; j++) c[i * n + j] += a[i * k + p] * b[p * n + j];
  }
  return c;
}

describe('matrix products larger than a block of the kernel, whole and broken off', () => {
  test.each([
    [131, 389, 267],
    [128, 384, 256],
    [7, 401, 9],
    [1, 770, 13],
    [260, 1, 5],
    [9, 3, 1],
  ])('[%i, %i] times the other to %i columns, transposed or not', async (m, k, n) => {
    const [a, b] = [tf.tensor2d(wave(m * k, 0.7), [m, k]), tf.tensor2d(wave(k * n, 1.3), [k, n])];
    const [aT, bT] = [tf.transpose(a), tf.transpose(b)];
    const expected = product(m, k, n, wave(m * k, 0.7), wave(k * n, 1.3));
    for (const [left, ta] of [
      [a, false],
      [aT, true],
    ] as const) {
      for (const [right, tb] of [
        [b, false],
        [bT, true],
      ] as const) {
        const c = tf.matMul(left, right, ta, tb);
        expectAllClose(await c.data(), expected, 1e-5);
        c.dispose();
      }
    }
    tf.dispose([a, b, aT, bT]);
  });
});

/** A tensor of rank 1 to 5 as nested arrays would number it, and a box inside it. */
const boxes = fc
  .array(fc.record({ length: fc.integer({ min: 1, max: 5 }), from: fc.nat(4), size: fc.nat(4) }), {
    minLength: 1,
    maxLength: 5,
  })
  .map((axes) => {
    const begin = axes.map(({ length, from }) => from % length);
    return {
      shape: axes.map(({ length }) => length),
      begin,
      size: axes.map(({ length, size }, i) => 1 + (size % (length - begin[i]))),
    };
  });

describe('copies', () => {
  test('a piece of any tensor holds the values of its place', async () => {
    await fc.assert(
      fc.asyncProperty(boxes, async ({ shape, begin, size }) => {
        const x = tf.reshape(
          tf.range(
            0,
            shape.reduce((a, b) => a * b),
          ),
          shape,
        );
        const y = tf.slice(x, begin, size);
        const strides = shape.map((_, i) => shape.slice(i + 1).reduce((a, b) => a * b, 1));
        const places = size.reduce<number[]>(
          (all, length, i) => all.flatMap((at) => Array.from({ length }, (_, j) => at + (begin[i] + j) * strides[i])),
          [0],
        );
        expect(Array.from(await y.data())).toEqual(places);
        tf.dispose([x, y]);
      }),
    );
  });

  test('split and concat, unstack and stack, reverse twice give back what was there, also of other types', async () => {
    await fc.assert(
      fc.asyncProperty(boxes, fc.nat(4), fc.constantFrom('float32', 'int32', 'bool'), async ({ shape }, n, dtype) => {
        const axis = n % shape.length;
        const values = Array.from({ length: shape.reduce((a, b) => a * b) }, (_, i) => (dtype === 'bool' ? i % 2 : i));
        const x = tf.tensor(values, shape, dtype);
        const first = 1 + (n % shape[axis]);
        const copies = tf.tidy(() => [
          first === shape[axis] ? x.clone() : tf.concat(tf.split(x, [first, shape[axis] - first], axis), axis),
          tf.stack(tf.unstack(x, axis), axis),
          tf.reverse(tf.reverse(x, [...new Set([axis, 0])]), [...new Set([0, axis])]),
        ]);
        for (const copy of copies) {
          expect(copy.shape).toEqual(shape);
          expect(Array.from(await copy.data())).toEqual(values);
        }
        tf.dispose([x, ...copies]);
      }),
    );
  });

  test('a clone takes no memory of its own and outlives the original', async () => {
    const x = tf.tensor1d([1, 2, 3]);
    const buffers = tf.memory().numDataBuffers;
    const clone = x.clone();
    expect(tf.memory().numDataBuffers).toBe(buffers);
    x.dispose();
    tf.tensor1d([7, 8, 9]).dispose();
    expect(Array.from(await clone.data())).toEqual([1, 2, 3]);
    clone.dispose();
    expect(tf.memory().numDataBuffers).toBe(buffers - 1);
  });
});
