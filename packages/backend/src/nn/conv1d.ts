import * as tf from '@tensorflow/tfjs-core';

/** As torch.nn.functional.conv1d: zeros on both sides, then every `stride`-th position. */
export interface Conv1dOptions {
  /** Samples from one position that is kept to the next; 1 by default. */
  stride?: number;
  /** Zeros on each side, in samples; 0 by default. */
  padding?: number;
}

/**
 * 1-D convolution with PyTorch's padding and weight layout, time-major like the rest of tfjs.
 *
 * @param x [N, T, Cin], float32
 * @param weight [Cout, Cin, K], as in a PyTorch state_dict
 * @returns [N, floor((T + 2 padding - K) / stride) + 1, Cout], without a bias
 * @throws Error where Cin of `x` and `weight` differ
 */
export function conv1d(
  x: tf.Tensor3D,
  weight: tf.Tensor3D,
  { stride = 1, padding = 0 }: Conv1dOptions = {},
): tf.Tensor3D {
  return tf.tidy(() => {
    const [n, , channels] = x.shape;
    const [out, , width] = weight.shape;
    // 'same' pads like PyTorch only for odd widths at stride 1; otherwise the zeros are written out.
    const same = stride === 1 && 2 * padding === width - 1;
    const padded =
      same || padding === 0
        ? x
        : tf.pad(x, [
            [0, 0],
            [padding, padding],
            [0, 0],
          ]); // [N, T + 2p, Cin]
    const image = tf.reshape(padded, [n, 1, padded.shape[1], channels]); // [N, 1, T, Cin]
    const filter = tf.reshape(tf.transpose(weight, [2, 1, 0]), [1, width, channels, out]); // [1, K, Cin, Cout]
    const y = tf.conv2d(image as tf.Tensor4D, filter as tf.Tensor4D, [1, stride], same ? 'same' : 'valid');
    return tf.reshape(y, [n, y.shape[2], out]);
  });
}
