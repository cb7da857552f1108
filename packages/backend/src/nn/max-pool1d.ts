import * as tf from '@tensorflow/tfjs-core';

/** Below every sample: what lies beyond the ends never is the maximum. */
const lowest = -3.4e38;

/**
 * Maximum over each sample and its two neighbours: torch.nn.MaxPool1d(3, stride 1, padding 1).
 *
 * Among equal samples the first gets the gradient, as in PyTorch. The webgpu kernel of tfjs gives it to the last, and a
 * real ECG has many equal neighbours: there the gradient is made of masks instead.
 *
 * @param x [N, T, C]
 * @returns [N, T, C]
 */
export function maxPool1d3(x: tf.Tensor3D): tf.Tensor3D {
  if (tf.getBackend() !== 'webgpu') return tf.tidy(() => pooled(x));
  return tf.customGrad((input, save) => {
    const value = pooled(input as tf.Tensor3D);
    (save as tf.GradSaveFunc)([input as tf.Tensor, value]);
    return { value, gradFunc: (dy: tf.Tensor, saved: tf.Tensor[]) => toFirstMaximum(dy, saved[0], saved[1]) };
  })(x) as tf.Tensor3D;
}

function pooled(x: tf.Tensor3D): tf.Tensor3D {
  const [n, samples, channels] = x.shape;
  const image = tf.reshape(x, [n, 1, samples, channels]) as tf.Tensor4D; // [N, 1, T, C]
  return tf.reshape(tf.maxPool(image, [1, 3], 1, 'same'), [n, samples, channels]);
}

function toFirstMaximum(dy: tf.Tensor, x: tf.Tensor, y: tf.Tensor): tf.Tensor {
  return tf.tidy(() => {
    const left = tf.cast(tf.equal(shifted(x, 1, lowest), y), 'float32'); // [N, T, C], 1 where the left one is taken
    const self = tf.mul(tf.cast(tf.equal(x, y), 'float32'), tf.sub(1, left));
    const right = tf.sub(tf.sub(1, left), self);
    const fromRight = shifted(tf.mul(dy, left), -1, 0); // the window of t + 1 took t
    const fromLeft = shifted(tf.mul(dy, right), 1, 0); // the window of t - 1 took t
    return tf.add(tf.mul(dy, self), tf.add(fromRight, fromLeft));
  });
}

/** y[t] = x[t - by] for by = 1 or -1, `fill` at the end that is left open. [N, T, C] */
function shifted(x: tf.Tensor, by: 1 | -1, fill: number): tf.Tensor {
  const [n, samples, channels] = x.shape as [number, number, number];
  const kept = tf.slice(x, [0, by === 1 ? 0 : 1, 0], [n, samples - 1, channels]);
  return tf.pad(kept, [[0, 0], by === 1 ? [1, 0] : [0, 1], [0, 0]], fill);
}
