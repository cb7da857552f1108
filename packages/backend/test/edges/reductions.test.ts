import { expectAllClose } from '@heartllm/testing';
import { eachBackend } from '@heartllm/testing/backends';
import * as tf from '@tensorflow/tfjs-core';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { onGpu } from '../helpers/on-gpu.ts';
import { reduce, reshape, sum } from '../ops/naive.ts';
import { arrays, type Dtype, shapes, tensor } from './values.ts';

interface Reduction {
  op(x: tf.Tensor, axes: number[], keepDims: boolean): tf.Tensor;
  f(values: number[]): number;
  dtypes: Dtype[];
  /** What int32 gives for no values, where it is not f's. */
  none?: number;
}

const reductions: Record<string, Reduction> = {
  sum: { op: tf.sum, f: sum, dtypes: ['float32', 'int32', 'bool'] },
  mean: { op: tf.mean, f: (values) => sum(values) / values.length, dtypes: ['float32', 'int32', 'bool'] },
  prod: { op: tf.prod, f: (values) => values.reduce((a, b) => a * b, 1), dtypes: ['float32', 'bool'] },
  max: { op: tf.max, f: (values) => Math.max(...values), dtypes: ['float32', 'int32'], none: -(2 ** 31) },
  min: { op: tf.min, f: (values) => Math.min(...values), dtypes: ['float32', 'int32'], none: 2 ** 31 - 1 },
  any: { op: tf.any, f: (values) => Number(values.some(Boolean)), dtypes: ['bool'] },
  all: { op: tf.all, f: (values) => Number(values.every(Boolean)), dtypes: ['bool'] },
};

/** Of rank 1 to 5, over any axes, also over those that hold nothing. */
const cases = (dtypes: Dtype[]) =>
  fc
    .record({
      shape: shapes({ minLength: 1, maxLength: 5, least: 0, most: 4 }),
      dtype: fc.constantFrom(...dtypes),
      chosen: fc.array(fc.boolean(), { minLength: 5, maxLength: 5 }),
      keepDims: fc.boolean(),
    })
    .chain(({ shape, dtype, chosen, keepDims }) => {
      const some = shape.map((_, axis) => axis).filter((axis) => chosen[axis]);
      return fc.record({
        x: arrays(shape, dtype),
        dtype: fc.constant(dtype),
        axes: fc.constant<number[]>(some.length ? some : [0]),
        keepDims: fc.constant(keepDims),
      });
    });

await eachBackend(({ name, tolerance }) => {
  onGpu(name);
  const numRuns = name === 'webgpu' ? 40 : 150;

  describe('equals plain float64 JavaScript over any axes, of any type, also of no values', () => {
    test.each(Object.entries(reductions))('%s', async (_, { op, f, dtypes, none }) => {
      await fc.assert(
        fc.asyncProperty(cases(dtypes), async ({ x, dtype, axes, keepDims }) => {
          const y = tf.tidy(() => op(tensor(x, dtype), axes, keepDims));
          const kept = reduce(x, axes, f);
          const shape = keepDims ? kept.shape : x.shape.filter((_, axis) => !axes.includes(axis));
          const expected = reshape(kept, shape).data;
          expect(y.shape).toEqual(shape);
          const values = await y.data();
          y.dispose();
          // beside the largest of what was reduced, which float32 takes integers for as well
          const largest = x.data.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
          const close = () => expectAllClose([...finite(values), largest], [...finite(expected), largest], tolerance);
          if (y.dtype === 'float32') close();
          if (y.dtype === 'float32') expect(special(values)).toEqual(special(expected));
          else expect(Array.from(values)).toEqual(Array.from(expected, (v) => (Number.isFinite(v) ? v | 0 : none)));
        }),
        { numRuns },
      );
    });
  });

  test.each([
    ['argMax', tf.argMax, Math.max],
    ['argMin', tf.argMin, Math.min],
  ] as const)('%s gives the place of the first of the best, of any type; of a vector a scalar', async (_, op, best) => {
    const few = fc.constantFrom<Dtype>('float32', 'int32', 'bool').chain((dtype) =>
      fc
        .record({
          shape: shapes({ minLength: 1, maxLength: 4, most: 5 }),
          axis: fc.nat(3),
          longest: fc.integer({ min: 1, max: 200 }),
        })
        .chain(({ shape, axis, longest }) => {
          const long = shape.with(axis % shape.length, longest);
          return fc.record({
            x: arrays(long, dtype),
            dtype: fc.constant(dtype),
            axis: fc.constant(axis % shape.length),
          });
        }),
    );
    await fc.assert(
      fc.asyncProperty(few, async ({ x, dtype, axis }) => {
        const y = tf.tidy(() => op(tensor(x, dtype), axis));
        expect(y.shape).toEqual(x.shape.filter((_, i) => i !== axis));
        const expected = reduce(x, [axis], (values) => values.indexOf(best(...values)));
        expect(Array.from(await y.data())).toEqual(Array.from(expected.data));
        y.dispose();
      }),
      { numRuns },
    );
  });

  test('argMax of no values is refused', () => {
    expect(() => tf.tidy(() => tf.argMax(tf.zeros([2, 0]), 1))).toThrow();
  });

  test('NaN goes through sum, mean, max and min', async () => {
    for (const op of [tf.sum, tf.mean, tf.max, tf.min]) {
      for (const place of [0, 1, 70, 129]) {
        const values = Array.from({ length: 130 }, (_, i) => (i === place ? Number.NaN : i));
        const y = tf.tidy(() => op(tf.tensor2d([...values, ...values.map(() => 1)], [2, 130]), 1));
        expect(Array.from(await y.data(), Number.isNaN)).toEqual([true, false]);
        y.dispose();
      }
    }
  });
});

const finite = (values: ArrayLike<number>) => Array.from(values, (v) => (Number.isFinite(v) ? v : 0));
const special = (values: ArrayLike<number>) => Array.from(values, (v) => (Number.isFinite(v) ? 0 : v));
