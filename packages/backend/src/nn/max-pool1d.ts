import * as tf from '@tensorflow/tfjs-core';
import { leakyReluGradient } from './leaky-relu-gradient.ts';

/** Below every sample: what lies beyond the ends never is the maximum. */
const lowest = -3.4e38;

/**
 * Maximum over each sample and its two neighbours: torch.nn.MaxPool1d(3, stride 1, padding 1).
 *
 * Among equal samples the first gets the gradient, as in PyTorch. The webgpu kernel of tfjs gives it to the last, and a
 * real ECG has many equal neighbours; TensorFlow's searches value by value. Both are given a gradient out of
 * elementwise operations instead.
 *
 * @param x [N, T, C], float32
 * @returns [N, T, C]
 */
export function maxPool1d3(x: tf.Tensor3D): tf.Tensor3D {
  if (!['webgpu', 'tensorflow'].includes(tf.getBackend())) return tf.tidy(() => pooled(x));
  return tf.customGrad((input, save) => {
    (save as tf.GradSaveFunc)([input as tf.Tensor]);
    return {
      value: pooled(input as tf.Tensor3D),
      gradFunc: (dy: tf.Tensor, [x]: tf.Tensor[]) => toFirstMaximum(dy as tf.Tensor3D, x as tf.Tensor3D),
    };
  })(x) as tf.Tensor3D;
}

function pooled(x: tf.Tensor3D): tf.Tensor3D {
  const [n, samples, channels] = x.shape;
  const image = tf.reshape(x, [n, 1, samples, channels]) as tf.Tensor4D; // [N, 1, T, C]
  return tf.reshape(tf.maxPool(image, [1, 3], 1, 'same'), [n, samples, channels]);
}

/**
 * Each dy goes to the first maximum of its window.
 *
 * All signals lie in one column of rows, apart from each other: a neighbour is a row further on, and so many rows in a
 * row are cut out without copying them.
 */
function toFirstMaximum(dy: tf.Tensor3D, x: tf.Tensor3D): tf.Tensor3D {
  const [n, samples, channels] = x.shape;
  const apart = 4;
  const count = n * (samples + apart);
  const column = (signals: tf.Tensor3D, between: number) => {
    const padded = tf.pad(
      signals,
      [
        [0, 0],
        [2, 2],
        [0, 0],
      ],
      between,
    );
    return tf.reshape(padded, [count, channels]) as tf.Tensor2D;
  };
  const rows = (of: tf.Tensor2D, first: number, last: number) => tf.slice(of, [first, 0], [last - first, channels]);
  return tf.tidy(() => {
    const places = column(x, lowest);
    const [left, self, right] = [0, 1, 2].map((i) => rows(places, i, count - 2 + i)); // the windows [count - 2, C]
    const windows = rows(column(dy, 0), 1, count - 1);
    const toRight = leakyReluGradient(windows, tf.sub(right, tf.maximum(left, self)), 0);
    const notRight = tf.sub(windows, toRight) as tf.Tensor2D;
    const toSelf = leakyReluGradient(notRight, tf.sub(self, left), 0);
    const toLeft = tf.sub(notRight, toSelf) as tf.Tensor2D;
    const sum = tf.addN([
      rows(toRight as tf.Tensor2D, 0, count - apart),
      rows(toSelf as tf.Tensor2D, 1, count - apart + 1),
      rows(toLeft, 2, count - apart + 2),
    ]);
    const again = tf.reshape(
      tf.pad(sum as tf.Tensor2D, [
        [0, apart],
        [0, 0],
      ]),
      [n, samples + apart, channels],
    );
    return tf.slice(again, [0, 0, 0], [n, samples, channels]) as tf.Tensor3D;
  });
}
