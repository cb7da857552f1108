import { expectAllClose } from '@heartllm/testing';
import { eachBackend } from '@heartllm/testing/backends';
import * as tf from '@tensorflow/tfjs-core';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { onGpu } from '../helpers/on-gpu.ts';
import { at, build, type NdArray, numericGradients, spread, total } from '../ops/naive.ts';
import { tensor } from './values.ts';

/** Batches that can be broadcast to each other: of every axis one has the length, and the other as well or 1. */
const batches = fc
  .array(fc.record({ length: fc.integer({ min: 1, max: 3 }), a: fc.boolean(), b: fc.boolean() }), { maxLength: 3 })
  .chain((axes) => fc.record({ shorter: fc.nat(axes.length), of: fc.constantFrom('a', 'b'), axes: fc.constant(axes) }))
  .map(({ axes, shorter, of }) => {
    const own = (which: 'a' | 'b') =>
      axes.map((axis) => (axis[which] ? axis.length : 1)).slice(which === of ? shorter : 0);
    return { a: own('a'), b: own('b') };
  });

const cases = fc.record({
  batch: batches,
  m: fc.integer({ min: 1, max: 3 }),
  k: fc.integer({ min: 0, max: 4 }),
  n: fc.integer({ min: 1, max: 9 }),
  ta: fc.boolean(),
  tb: fc.boolean(),
});

/** In float64; the batches are broadcast as numpy does it. */
function product(x: NdArray, y: NdArray, ta: boolean, tb: boolean): NdArray {
  const batch = tf.broadcast_util.assertAndGetBroadcastShape(x.shape.slice(0, -2), y.shape.slice(0, -2));
  const [m, k, n] = [x.shape.at(ta ? -1 : -2)!, x.shape.at(ta ? -2 : -1)!, y.shape.at(tb ? -2 : -1)!];
  return build([...batch, m, n], (index) => {
    const [r, c] = index.slice(-2);
    const outer = index.slice(0, -2);
    return total(k, (i) => matrix(x, outer, ta ? [i, r] : [r, i]) * matrix(y, outer, tb ? [c, i] : [i, c]));
  });
}

/** `at`, but for the matrix, whose axes of length 1 are not repeated here. */
const matrix = (x: NdArray, outer: number[], place: number[]) =>
  at(x, [...outer.slice(outer.length - x.shape.length + 2), ...place]);

await eachBackend(({ name, tolerance }) => {
  onGpu(name);

  test('matMul pairs the matrices of two batches as numpy broadcasts them, whichever axes have length 1', async () => {
    await fc.assert(
      fc.asyncProperty(cases, async ({ batch, m, k, n, ta, tb }) => {
        const a = spread([...batch.a, ...(ta ? [k, m] : [m, k])]);
        const b = spread([...batch.b, ...(tb ? [n, k] : [k, n])], { seed: 2 });
        const expected = product(a, b, ta, tb);
        const y = tf.tidy(() => tf.matMul(tensor(a), tensor(b), ta, tb));
        expect(y.shape).toEqual(expected.shape);
        expectAllClose(await y.data(), expected.data, tolerance, `[${a.shape}] x [${b.shape}]`);
        y.dispose();
      }),
      {
        numRuns: name === 'webgpu' ? 60 : 200,
        examples: [[{ batch: { a: [2, 2], b: [2, 1] }, m: 2, k: 3, n: 2, ta: false, tb: false }]],
      },
    );
  });

  test('matrices that do not fit are refused', () => {
    for (const [a, b, ta, tb] of [
      [[2, 3], [4, 2], false, false],
      [[2, 3], [3, 4], true, false],
      [[2, 2, 3], [2, 3, 4], false, true],
      [[2, 2, 3], [3, 3, 4], false, false],
      [[2, 0], [3, 4], false, false],
    ] as const) {
      expect(() => tf.tidy(() => tf.matMul(tf.ones([...a]), tf.ones([...b]), ta, tb)), `[${a}] x [${b}]`).toThrow();
    }
  });

  test('and its gradients are summed over the axes that were broadcast', async () => {
    const [a, b] = [spread([2, 2, 2, 3]), spread([2, 1, 3, 2], { seed: 2 })];
    const weights = spread([2, 2, 2, 2], { seed: 3 });
    const expected = numericGradients((x, y) => product(x, y, false, false), [a, b], weights);
    const found = tf.tidy(() => {
      const loss = (x: tf.Tensor, y: tf.Tensor) => tf.sum(tf.mul(tf.matMul(x, y), tensor(weights))) as tf.Scalar;
      return tf.grads(loss)([tensor(a), tensor(b)]);
    });
    for (const [i, gradient] of found.entries()) {
      expect(gradient.shape).toEqual([a, b][i].shape);
      expectAllClose(await gradient.data(), expected[i], tolerance);
    }
    tf.dispose(found);
  });
});
