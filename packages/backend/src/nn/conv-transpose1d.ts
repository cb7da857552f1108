import * as tf from '@tensorflow/tfjs-core';

/** As torch.nn.functional.conv_transpose1d. */
export interface ConvTranspose1dOptions {
  /** Output samples per input sample; 1 by default. */
  stride?: number;
  /** Samples cut off at both ends of the output; 0 by default. */
  padding?: number;
  /** Samples more at the end of the output, fewer than `stride`; 0 by default. */
  outputPadding?: number;
}

/**
 * Transposed 1-D convolution, as PyTorch's ConvTranspose1d (dilation 1, one group).
 *
 * Output position j = i * stride - padding + k gets x[i] weight[k], so the positions of one phase j mod stride use a
 * fixed subset of the taps: each phase is a sum of matrix products, fast forward and backward on every backend.
 *
 * @param x [N, T, Cin], float32
 * @param weight [Cin, Cout, K], as in a PyTorch state_dict
 * @returns [N, (T - 1) stride - 2 padding + K + outputPadding, Cout], without a bias
 * @throws Error where Cin of `x` and `weight` differ
 */
export function convTranspose1d(
  x: tf.Tensor3D,
  weight: tf.Tensor3D,
  { stride = 1, padding = 0, outputPadding = 0 }: ConvTranspose1dOptions = {},
): tf.Tensor3D {
  return tf.tidy(() => {
    const [n, samples, channels] = x.shape;
    const [, out, width] = weight.shape;
    const length = (samples - 1) * stride - 2 * padding + width + outputPadding;
    const perPhase = Math.ceil(length / stride);
    const taps = tf.unstack(tf.transpose(weight, [2, 0, 1])) as tf.Tensor2D[]; // K x [Cin, Cout]
    const phases: tf.Tensor[] = [];
    for (let phase = 0; phase < stride; phase++) {
      let sum: tf.Tensor | undefined;
      for (let k = 0; k < width; k++) {
        const offset = k - padding - phase;
        if (offset % stride !== 0) continue;
        const rows = tf.reshape(delayed(x, offset / stride, perPhase), [n * perPhase, channels]);
        const product = tf.matMul(rows as tf.Tensor2D, taps[k]); // [N * perPhase, Cout]
        sum = sum ? tf.add(sum, product) : product;
      }
      phases.push(tf.reshape(sum ?? tf.zeros([n * perPhase, out]), [n, perPhase, out]));
    }
    const interleaved = tf.reshape(tf.stack(phases, 2), [n, perPhase * stride, out]); // [N, perPhase * stride, Cout]
    return tf.slice(interleaved, [0, 0, 0], [n, length, out]) as tf.Tensor3D;
  });
}

/** y[t] = x[t - delay] for t in 0..length-1, zero where x has no such sample. [N, T, C] -> [N, length, C] */
function delayed(x: tf.Tensor3D, delay: number, length: number): tf.Tensor3D {
  const [n, samples, channels] = x.shape;
  const first = Math.max(0, -delay);
  const before = Math.max(0, delay);
  const kept = Math.max(0, Math.min(samples - first, length - before));
  const part = tf.slice(x, [0, first, 0], [n, kept, channels]);
  if (kept === length) return part as tf.Tensor3D;
  return tf.pad(part, [
    [0, 0],
    [before, length - before - kept],
    [0, 0],
  ]) as tf.Tensor3D;
}
