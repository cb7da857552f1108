import * as tf from '@tensorflow/tfjs-core';
import { replaceKernel } from './replace-kernel.ts';

/** Axes side by side that are reduced together: the middle one of a tensor seen as [outer, n, inner]. */
export interface AxisRun {
  outer: number;
  n: number;
  inner: number;
}

/**
 * How to reduce a tensor over any axes without turning it round: one run of neighbouring axes after the other, the last one
 * first; each sees what the one before it has left.
 */
export function axisRuns(shape: number[], axes: number[]): AxisRun[] {
  const runs: AxisRun[] = [];
  let inner = 1;
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    if (!axes.includes(axis)) {
      inner *= shape[axis];
      continue;
    }
    let n = 1;
    for (; axis >= 0 && axes.includes(axis); axis--) n *= shape[axis];
    axis++;
    if (n === 1) continue; // nothing to reduce
    runs.push({ outer: tf.util.sizeFromShape(shape.slice(0, axis)), n, inner });
  }
  return runs;
}

/** What is left of a shape. */
export function reducedShape(shape: number[], axes: number[], keepDims = false): number[] {
  return keepDims
    ? shape.map((length, axis) => (axes.includes(axis) ? 1 : length))
    : shape.filter((_, axis) => !axes.includes(axis));
}

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
