import * as tf from '@tensorflow/tfjs-core';
import { reducedShape } from './axis-runs.ts';
import { replaceKernel } from './replace-kernel.ts';

/** What a reduction over no values gives, by dtype, as in TensorFlow. */
const ofNothing: Record<string, (dtype: tf.DataType) => number> = {
  Sum: () => 0,
  Mean: () => Number.NaN,
  Prod: () => 1,
  Max: (dtype) => (dtype === 'int32' ? -(2 ** 31) : dtype === 'bool' ? 0 : Number.NEGATIVE_INFINITY),
  Min: (dtype) => (dtype === 'int32' ? 2 ** 31 - 1 : dtype === 'bool' ? 1 : Number.POSITIVE_INFINITY),
  All: () => 1,
  Any: () => 0,
};

interface Attributes {
  axis?: number | number[];
  /** What Max has in the place of `axis`. */
  reductionIndices?: number | number[];
  keepDims?: boolean;
}

/**
 * Reductions over an axis of length 0, and sums of segments without a row: tfjs gives whatever lies in memory on wasm, other
 * values on cpu, and cannot bind nothing on webgpu.
 */
export function repairEmptyReductions(backendName: string): void {
  for (const [kernelName, value] of Object.entries(ofNothing)) {
    replaceKernel<Attributes>(backendName, kernelName, ({ x }, { axis, reductionIndices, keepDims }, { before }) => {
      if (x.size > 0) return before();
      const axes = tf.util.parseAxisParam((axis ?? reductionIndices)!, x.shape);
      const shape = reducedShape(x.shape, axes, keepDims);
      const dtype = kernelName === 'Mean' ? 'float32' : x.dtype;
      return tf.tensor(Array(tf.util.sizeFromShape(shape)).fill(value(dtype)), shape, dtype);
    });
  }
  for (const kernelName of ['ArgMax', 'ArgMin']) {
    replaceKernel<{ axis: number }>(backendName, kernelName, ({ x }, { axis }, { before }) => {
      if (x.size > 0) return before();
      const shape = reducedShape(x.shape, tf.util.parseAxisParam(axis, x.shape));
      if (tf.util.sizeFromShape(shape) === 0) return tf.tensor([], shape, 'int32');
      throw new Error(`${kernelName}: axis ${axis} of [${x.shape}] holds no values`);
    });
  }
  replaceKernel<{ numSegments: number }>(backendName, 'UnsortedSegmentSum', (inputs, { numSegments }, { before }) => {
    const { x, segmentIds } = inputs;
    return x.size > 0 ? before() : tf.zeros([numSegments, ...x.shape.slice(segmentIds.rank)], x.dtype);
  });
}
