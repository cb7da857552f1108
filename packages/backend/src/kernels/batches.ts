import * as tf from '@tensorflow/tfjs-core';

/**
 * Which matrix of a batch meets which one of the result, for all that are multiplied.
 *
 * @param batch axes before the matrix, of which those of length 1 are repeated
 * @param outer the batch of the result, which `batch` can be broadcast to
 * @returns for each matrix of the result a position in the batch, row by row
 */
export function matrixPositions(batch: number[], outer: number[]): number[] {
  const strides = tf.util.computeStrides(outer);
  return Array.from({ length: tf.util.sizeFromShape(outer) }, (_, index) => {
    const place = tf.util.indexToLoc(index, outer.length, strides).slice(outer.length - batch.length);
    return batch.reduce((at, length, axis) => at * length + (length === 1 ? 0 : place[axis]), 0);
  });
}
