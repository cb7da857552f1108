import * as tf from '@tensorflow/tfjs-core';

export interface GroupNormOptions {
  groups: number;
  /** Added to the variance; PyTorch's default 1e-5. */
  eps?: number;
  /** Slope of a LeakyReLU applied to the result; 1, the default, applies none. */
  negativeSlope?: number;
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
  { groups, eps = 1e-5, negativeSlope = 1 }: GroupNormOptions,
): tf.Tensor3D {
  const [n, samples, channels] = x.shape;
  const perGroup = channels / groups;

  /** Mean over a group's channels, given back to each of them. [N, C] -> [N, 1, C] */
  const groupMean = (perChannel: tf.Tensor): tf.Tensor => {
    const mean = tf.mean(tf.reshape(perChannel, [n, groups, perGroup]), 2, true); // [N, G, 1]
    return tf.reshape(tf.tile(mean, [1, 1, perGroup]), [n, 1, channels]);
  };

  const op = tf.customGrad((xIn, weightIn, _bias, save) => {
    const input = xIn as tf.Tensor;
    const scale = weightIn as tf.Tensor;
    const centred = tf.sub(input, groupMean(tf.mean(input, 1))); // [N, T, C]
    const variance = groupMean(tf.mean(tf.square(centred), 1)); // [N, 1, C]
    const rstd = tf.rsqrt(tf.add(variance, eps)); // [N, 1, C]
    const normed = tf.add(tf.mul(centred, tf.mul(rstd, scale)), _bias as tf.Tensor);
    const value = negativeSlope === 1 ? normed : tf.leakyRelu(normed, negativeSlope);
    (save as tf.GradSaveFunc)([centred, rstd, scale, value]);
    const gradFunc = (dValue: tf.Tensor, saved: tf.Tensor[]) => {
      const [c, r, w, y] = saved;
      const dy = negativeSlope === 1 ? dValue : tf.mul(dValue, tf.step(y, negativeSlope)); // [N, T, C]
      const sumDy = tf.sum(dy, 1); // [N, C]
      const sumDyC = tf.mul(tf.sum(tf.mul(dy, c), 1), tf.reshape(r, [n, channels])); // [N, C], sum of dy times x-hat
      // d/dx of w (x - mean) rstd: the mean and the variance move with x, hence the two subtracted terms
      const m1 = tf.mul(groupMean(tf.div(tf.mul(w, sumDy), samples)), r); // [N, 1, C]
      const m2 = tf.mul(groupMean(tf.div(tf.mul(w, sumDyC), samples)), tf.square(r)); // [N, 1, C]
      const dx = tf.sub(tf.sub(tf.mul(dy, tf.mul(r, w)), m1), tf.mul(c, m2)); // [N, T, C]
      return [dx, tf.sum(sumDyC, 0), tf.sum(sumDy, 0)];
    };
    return { value, gradFunc };
  });
  return op(x, weight, bias) as tf.Tensor3D;
}
