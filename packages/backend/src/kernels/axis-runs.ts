import * as tf from '@tensorflow/tfjs-core';

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
