import * as tf from '@tensorflow/tfjs-core';
import { channelsPerGroup, groupNorm } from './group-norm.ts';

/** How much of a batch's statistics enters the running ones; PyTorch's default. */
const momentum = 0.1;
const eps = 1e-5;

/** As of torch.nn.BatchNorm1d, but per group of channels, with an activation behind it. */
export interface RunningNormOptions {
  /** Running mean of each group of channels [groups]; changed in place by training. */
  mean: tf.Variable;
  /** Running variance, unbiased [groups]; changed in place by training. */
  variance: tf.Variable;
  /** true: normalize with the statistics of this batch, and let them enter the running ones. */
  training: boolean;
  /** Slope of a LeakyReLU applied to the result; 1, the default, applies none. */
  negativeSlope?: number;
}

/**
 * Normalization by running statistics, as torch.nn.BatchNorm1d (momentum 0.1, eps 1e-5), of groups of channels: outside
 * training every value is normalized by itself, whatever comes before or after it.
 *
 * @param x [N, T, C], float32; there are as many groups as `mean` has values, and they divide C
 * @param weight [C], the gain of each channel
 * @param bias [C]
 * @returns [N, T, C]
 * @throws Error where the groups do not divide the channels
 */
export function runningNorm(
  x: tf.Tensor3D,
  weight: tf.Tensor1D,
  bias: tf.Tensor1D,
  { mean, variance, training, negativeSlope = 1 }: RunningNormOptions,
): tf.Tensor3D {
  const groups = mean.size;
  const channels = x.shape[2];
  const perGroup = channelsPerGroup('runningNorm', channels, groups);
  if (training) {
    const count = x.size / groups;
    const batch = (batchMean: tf.Tensor1D, batchVariance: tf.Tensor1D) => {
      follow(mean, batchMean);
      follow(variance, tf.mul(batchVariance, count / Math.max(1, count - 1)));
    };
    return groupNorm(x, weight, bias, { groups, eps, negativeSlope, batch });
  }
  return tf.tidy(() => {
    const perChannel = (statistic: tf.Tensor) =>
      tf.reshape(tf.tile(tf.reshape(statistic, [groups, 1]), [1, perGroup]), [channels]); // [C]
    const scale = tf.mul(weight, perChannel(tf.rsqrt(tf.add(variance, eps)))); // [C]
    const shift = tf.sub(bias, tf.mul(perChannel(mean), scale)); // [C]
    const normed = tf.add(tf.mul(x, scale), shift) as tf.Tensor3D;
    return negativeSlope === 1 ? normed : (tf.leakyRelu(normed, negativeSlope) as tf.Tensor3D);
  });
}

function follow(running: tf.Variable, value: tf.Tensor): void {
  tf.tidy(() => running.assign(tf.add(tf.mul(running, 1 - momentum), tf.mul(value, momentum))));
}
