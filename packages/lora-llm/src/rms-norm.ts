import * as tf from '@tensorflow/tfjs-core';
import { isFrozen } from './linear.ts';

/**
 * Root mean square normalisation (Zhang and Sennrich 2019): x / sqrt(mean(x^2) + eps) * weight.
 *
 * One step of the gradient tape instead of seven.
 *
 * @param x [N, D]
 * @param weight [D]
 * @returns [N, D]
 */
export function rmsNorm(x: tf.Tensor2D, weight: tf.Tensor1D, eps: number): tf.Tensor2D {
  const frozen = isFrozen(weight);
  const norm = tf.customGrad((_x, _weight, save) => {
    const scale = tf.rsqrt(tf.add(tf.mean(tf.square(x), -1, true), eps)); // [N, 1]
    const normed = tf.mul(x, scale); // [N, D]
    (save as tf.GradSaveFunc)([normed, scale]);
    return {
      value: tf.mul(normed, weight),
      gradFunc: (dy: tf.Tensor, [normed, scale]: tf.Tensor[]) => {
        const dNormed = tf.mul(dy, weight); // [N, D]
        const along = tf.mean(tf.mul(dNormed, normed), -1, true); // [N, 1]
        const dx = tf.mul(tf.sub(dNormed, tf.mul(normed, along)), scale); // [N, D]
        return [dx, frozen ? tf.zerosLike(weight) : tf.sum(tf.mul(dy, normed), 0)];
      },
    };
  });
  return norm(x, weight) as tf.Tensor2D;
}
