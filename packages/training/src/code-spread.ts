import type { Fsq } from '@heartllm/fsq-tokenizer';
import * as tf from '@tensorflow/tfjs-core';

/**
 * How far a batch of points is from using the codebook evenly: 0 where the bounded values have the mean and the variance
 * of the uniform distribution in every dimension, and no dimension tells of another.
 *
 * Reconstruction alone lets most of an ECG, which is flat, share few codes. This is not in the published recipe.
 *
 * @param points before the bound [..., D]
 * @returns 0 or above; differentiable in the points
 */
export function codeSpread(points: tf.Tensor, { bound, levels }: Pick<Fsq, 'bound' | 'levels'>): tf.Scalar {
  return tf.tidy(() => {
    const dimensions = levels.length;
    const x = tf.reshape(points, [-1, dimensions]); // [N, D]
    const bounded = bound === 'sigmoid' ? tf.sub(tf.sigmoid(x), 0.5) : tf.div(tf.tanh(x), 2); // [N, D], -1/2 .. 1/2
    const unit = tf.mul(bounded, Math.sqrt(12)) as tf.Tensor2D; // variance 1 if uniform
    const mean = tf.mean(unit, 0); // [D]
    const moments = tf.div(tf.matMul(unit, unit, true, false), x.shape[0]); // [D, D]
    return tf.add(tf.sum(tf.square(mean)), tf.sum(tf.squaredDifference(moments, tf.eye(dimensions)))) as tf.Scalar;
  });
}
