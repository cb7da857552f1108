import { eachBackend } from '@heartllm/testing/backends';
import * as tf from '@tensorflow/tfjs-core';
import { expect, test } from 'vitest';

// What the README says has no gradient: it fails by name, it does not go wrong in silence.
await eachBackend(() => {
  test.each<[string, (x: tf.Tensor) => tf.Tensor]>([
    ['Einsum', (x) => tf.einsum('ij,ij->i', x, x)],
    ['StridedSlice', (x) => tf.stridedSlice(x, [0, 0], [2, 4], [1, 2])],
    ['GatherNd', (x) => tf.gatherND(x, tf.tensor2d([[1, 2]], [1, 2], 'int32'))],
    ['Greater', (x) => tf.where(tf.greater(x, 0), x, tf.zerosLike(x))],
  ])('%s has no gradient, and says so', (kernel, op) => {
    const x = tf.tensor2d([1, -2, 3, -4, 5, -6, 7, -8], [2, 4]);
    expect(() => tf.grad((x: tf.Tensor) => tf.sum(op(x)))(x)).toThrow(
      new RegExp(`gradient function not found for ${kernel}|Kernel '${kernel}' not registered`),
    );
    x.dispose();
  });
});
