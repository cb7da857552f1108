import * as tf from '@tensorflow/tfjs-core';

/**
 * Maximum over each sample and its two neighbours: torch.nn.MaxPool1d(3, stride 1, padding 1).
 *
 * @param x [N, T, C]
 * @returns [N, T, C]
 */
export function maxPool1d3(x: tf.Tensor3D): tf.Tensor3D {
  return tf.tidy(() => {
    const [n, samples, channels] = x.shape;
    const image = tf.reshape(x, [n, 1, samples, channels]) as tf.Tensor4D; // [N, 1, T, C]
    return tf.reshape(tf.maxPool(image, [1, 3], 1, 'same'), [n, samples, channels]);
  });
}
