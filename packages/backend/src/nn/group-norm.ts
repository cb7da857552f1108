import * as tf from '@tensorflow/tfjs-core';
import { leakyReluGradient } from './leaky-relu-gradient.ts';

/** As of torch.nn.GroupNorm, with an activation behind it. */
export interface GroupNormOptions {
  /** Groups of neighbouring channels that share mean and variance; divides the number of channels. */
  groups: number;
  /** Added to the variance; PyTorch's default 1e-5. */
  eps?: number;
  /** Slope of a LeakyReLU applied to the result; 1, the default, applies none. */
  negativeSlope?: number;
  /**
   * Mean and variance over the whole batch instead of each signal by itself: BatchNorm with groups of channels in the
   * place of channels. Called with both, [groups] each, for running statistics.
   */
  batch?: (mean: tf.Tensor1D, variance: tf.Tensor1D) => void;
}

/**
 * GroupNorm over time, as torch.nn.GroupNorm, with the LeakyReLU that follows it everywhere in these networks.
 *
 * Fused with a gradient of its own: the tape of tfjs would keep ten copies of the largest activations, this keeps
 * input and output.
 *
 * @param x [N, T, C], float32
 * @param weight [C], the gain of each channel
 * @param bias [C]
 * @returns [N, T, C]
 * @throws Error where the groups do not divide the channels
 */
export function groupNorm(
  x: tf.Tensor3D,
  weight: tf.Tensor1D,
  bias: tf.Tensor1D,
  { groups, eps = 1e-5, negativeSlope = 1, batch }: GroupNormOptions,
): tf.Tensor3D {
  const [n, samples, channels] = x.shape;
  const perGroup = channelsPerGroup('groupNorm', channels, groups);

  /** Mean over a group's channels, and over the batch where asked. [N, 1, C] -> [N or 1, G, 1] */
  const mean = (perChannel: tf.Tensor): tf.Tensor =>
    tf.mean(tf.reshape(perChannel, [n, groups, perGroup]), batch ? [0, 2] : 2, true);
  /** A product with ones: twice as fast as a sum over a middle axis. [N, T, C] -> [N, 1, C] */
  const overTime = (values: tf.Tensor): tf.Tensor => tf.matMul(tf.ones([1, 1, samples]), values);
  const meanOverTime = (values: tf.Tensor): tf.Tensor => tf.div(overTime(values), samples);
  /** Given back to each channel. [N or 1, G, 1] -> [N or 1, 1, C] */
  const spread = (perGroupMean: tf.Tensor): tf.Tensor =>
    tf.reshape(tf.tile(perGroupMean, [1, 1, perGroup]), [-1, 1, channels]);
  const groupMean = (perChannel: tf.Tensor): tf.Tensor => spread(mean(perChannel));

  const op = tf.customGrad((xIn, weightIn, biasIn, save) => {
    const input = xIn as tf.Tensor;
    const centre = mean(meanOverTime(input)); // [N or 1, G, 1]
    const centres = spread(centre); // [N or 1, 1, C]
    const variance = mean(meanOverTime(tf.squaredDifference(input, centres))); // [N or 1, G, 1]
    batch?.(tf.reshape(centre, [groups]) as tf.Tensor1D, tf.reshape(variance, [groups]) as tf.Tensor1D);
    const rstd = spread(tf.rsqrt(tf.add(variance, eps))); // [N or 1, 1, C]
    const scale = tf.mul(rstd, weightIn as tf.Tensor);
    const shift = tf.sub(biasIn as tf.Tensor, tf.mul(centres, scale));
    const normed = tf.add(tf.mul(input, scale), shift); // [N, T, C]
    const value = negativeSlope === 1 ? normed : tf.leakyRelu(normed, negativeSlope);
    (save as tf.GradSaveFunc)([input, value, centres, rstd, scale]);
    const gradFunc = (dValue: tf.Tensor, saved: tf.Tensor[]) => {
      const [input, value, centres, rstd, scale] = saved;
      const dy = negativeSlope === 1 ? dValue : leakyReluGradient(dValue, value, negativeSlope); // [N, T, C]
      const sumDy = overTime(dy); // [N, 1, C]
      const sumDyX = overTime(tf.mul(dy, input));
      const sumDyHat = tf.mul(tf.sub(sumDyX, tf.mul(centres, sumDy)), rstd); // of dy times x-hat
      // d/dx of scale (x - mean): mean and variance move with x, hence two terms of which the second has x in it
      const viaMean = groupMean(tf.div(tf.mul(scale, sumDy), samples)); // [N or 1, 1, C]
      const viaVariance = tf.mul(groupMean(tf.div(tf.mul(scale, sumDyHat), samples)), rstd);
      const constant = tf.sub(tf.mul(viaVariance, centres), viaMean);
      const dx = tf.add(tf.mul(dy, scale), tf.sub(constant, tf.mul(input, viaVariance))); // [N, T, C]
      return [dx, tf.sum(sumDyHat, [0, 1]), tf.sum(sumDy, [0, 1])];
    };
    return { value, gradFunc };
  });
  return op(x, weight, bias) as tf.Tensor3D;
}

/** @throws Error where the groups do not divide the channels: tfjs would go on with half a channel, and read beyond the tensor */
export function channelsPerGroup(op: string, channels: number, groups: number): number {
  const perGroup = channels / groups;
  if (Number.isInteger(perGroup)) return perGroup;
  throw new Error(`${op}: expected a number of channels that ${groups} groups divide, found ${channels}`);
}
