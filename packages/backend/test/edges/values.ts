import * as tf from '@tensorflow/tfjs-core';
import fc from 'fast-check';
import type { NdArray } from '../ops/naive.ts';

export type Dtype = 'float32' | 'int32' | 'bool';

/** Lengths of axes, some of which may be 0. */
export const shapes = (options: { minLength?: number; maxLength: number; least?: number; most?: number }) =>
  fc.array(fc.integer({ min: options.least ?? 1, max: options.most ?? 4 }), options);

/** Values of a type, those of int32 beyond what float32 can count. */
const valuesOf: Record<Dtype, fc.Arbitrary<number>> = {
  float32: fc.integer({ min: -4000, max: 4000 }).map((n) => Math.fround(n / 997)),
  int32: fc.oneof(
    fc.integer({ min: -9, max: 9 }),
    fc.integer({ min: 2 ** 24, max: 2 ** 24 + 99 }).map((n) => (n % 2 ? n : -n)),
  ),
  bool: fc.integer({ min: 0, max: 1 }),
};

/** An array of a shape and a type. */
export const arrays = (shape: number[], dtype: Dtype): fc.Arbitrary<NdArray> => {
  const size = shape.reduce((a, b) => a * b, 1);
  return fc
    .array(valuesOf[dtype], { minLength: size, maxLength: size })
    .map((data) => ({ shape, data: Float64Array.from(data) }));
};

export const tensor = ({ shape, data }: NdArray, dtype: Dtype = 'float32'): tf.Tensor =>
  tf.tensor(Array.from(data), shape, dtype);
