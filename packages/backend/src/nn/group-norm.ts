import * as tf from '@tensorflow/tfjs-core';

export interface GroupNormOptions {
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
 * Fused with a gradient of its own: the tape of tfjs would keep ten copies of the largest activations, this keeps two.
 *
 * @param x [N, T, C]
 * @param weight [C]
 * @param bias [C]
 * @returns [N, T, C]
 */
export function groupNorm(
  x: tf.Tensor3D,
  weight: tf.Tensor1D,
  bias: tf.Tensor1D,
  { groups, eps = 1e-5, negativeSlope = 1, batch }: GroupNormOptions,
): tf.Tensor3D {
  const [n, samples, channels] = x.shape;
  const perGroup = channels / groups;

  /** Mean over a group's channels, and over the batch where asked. [N, C] -> [N or 1, G, 1] */
  const mean = (perChannel: tf.Tensor): tf.Tensor =>
    tf.mean(tf.reshape(perChannel, [n, groups, perGroup]), batch ? [0, 2] : 2, true);
  /** Given back to each channel. [N or 1, G, 1] -> [N or 1, 1, C] */
  const spread = (perGroupMean: tf.Tensor): tf.Tensor =>
    tf.reshape(tf.tile(perGroupMean, [1, 1, perGroup]), [-1, 1, channels]);
  const groupMean = (perChannel: tf.Tensor): tf.Tensor => spread(mean(perChannel));

  const op = tf.customGrad((xIn, weightIn, _bias, save) => {
    const input = xIn as tf.Tensor;
    const scale = weightIn as tf.Tensor;
    const centre = mean(tf.mean(input, 1)); // [N or 1, G, 1]
    const centred = tf.sub(input, spread(centre)); // [N, T, C]
    const variance = mean(tf.mean(tf.square(centred), 1)); // [N or 1, G, 1]
    batch?.(tf.reshape(centre, [groups]) as tf.Tensor1D, tf.reshape(variance, [groups]) as tf.Tensor1D);
    const rstd = tf.rsqrt(tf.add(spread(variance), eps)); // [N or 1, 1, C]
    const normed = tf.add(tf.mul(centred, tf.mul(rstd, scale)), _bias as tf.Tensor);
    const value = negativeSlope === 1 ? normed : tf.leakyRelu(normed, negativeSlope);
    (save as tf.GradSaveFunc)([centred, rstd, scale, value]);
    const gradFunc = (dValue: tf.Tensor, saved: tf.Tensor[]) => {
      const [c, r, w, y] = saved;
      const dy = negativeSlope === 1 ? dValue : tf.mul(dValue, tf.step(y, negativeSlope)); // [N, T, C]
      const sumDy = tf.sum(dy, 1); // [N, C]
      const sumDyC = tf.mul(tf.sum(tf.mul(dy, c), 1), tf.reshape(r, [-1, channels])); // [N, C], sum of dy times x-hat
      // d/dx of w (x - mean) rstd: the mean and the variance move with x, hence the two subtracted terms
      const m1 = tf.mul(groupMean(tf.div(tf.mul(w, sumDy), samples)), r); // [N or 1, 1, C]
      const m2 = tf.mul(groupMean(tf.div(tf.mul(w, sumDyC), samples)), tf.square(r)); // [N or 1, 1, C]
      const dx = tf.sub(tf.sub(tf.mul(dy, tf.mul(r, w)), m1), tf.mul(c, m2)); // [N, T, C]
      return [dx, tf.sum(sumDyC, 0), tf.sum(sumDy, 0)];
    };
    return { value, gradFunc };
  });
  return op(x, weight, bias) as tf.Tensor3D;
}
