import { conv1d, groupNorm, maxPool1d3 } from '@heartllm/backend';
import * as tf from '@tensorflow/tfjs-core';
import type { EncoderVariant } from './tokenizer-config.ts';

/** Looks up a parameter by its PyTorch name. */
export type Parameters = (name: string) => tf.Tensor;

const widest = 7;
const slope = 0.01;

/**
 * The building block of encoder and decoder: convolutions of several widths, a residual, GroupNorm, LeakyReLU(0.01).
 *
 * 'code' (the published checkpoints): widths 3, 5, 7 and a width-1 convolution of the pooled input, concatenated; the
 * input is added before the norm. 'paper': widths 1, 3, 5, 7 summed; the input is added after the activation.
 *
 * @param x [N, T, Cin]
 * @returns [N, T, Cout]
 */
export function resInception(
  x: tf.Tensor3D,
  name: string,
  parameters: Parameters,
  variant: EncoderVariant,
  groups: number,
): tf.Tensor3D {
  return tf.tidy(() => {
    const weight = (branch: string) => parameters(`${name}.${branch}.weight`) as tf.Tensor3D;
    const match = weight('norm').shape[0] === x.shape[2] ? null : weight('match');
    const skip = match ? conv1d(x, match) : x; // [N, T, Cout]
    // Narrow kernels, widened with zeros, share one pass over x: three convolutions for the price of the widest.
    const widened = ['inc.b1', 'inc.b2', 'inc.b3'].map((branch) => widen(weight(branch)));
    const norm = { groups };
    const scale = parameters(`${name}.norm.weight`) as tf.Tensor1D;
    const shift = parameters(`${name}.norm.bias`) as tf.Tensor1D;
    if (variant === 'paper') {
      const kernel = tf.addN([...widened, widen(weight('inc.b4'))]) as tf.Tensor3D; // [Cout, Cin, 7]
      const mixed = conv1d(x, kernel, { padding: 3 }); // [N, T, Cout]
      return tf.add(groupNorm(mixed, scale, shift, { ...norm, negativeSlope: slope }), skip);
    }
    const wide = conv1d(x, tf.concat(widened, 0), { padding: 3 }); // [N, T, 3 Cout / 4]
    const point = conv1d(maxPool1d3(x), weight('inc.b4')); // [N, T, Cout / 4]
    const mixed = tf.add(tf.concat([wide, point], 2), skip) as tf.Tensor3D; // [N, T, Cout]
    return groupNorm(mixed, scale, shift, { ...norm, negativeSlope: slope });
  });
}

/** [Cout, Cin, K] -> [Cout, Cin, 7], zeros on both sides. */
function widen(weight: tf.Tensor3D): tf.Tensor3D {
  const side = (widest - weight.shape[2]) / 2;
  return side === 0
    ? weight
    : (tf.pad(weight, [
        [0, 0],
        [0, 0],
        [side, side],
      ]) as tf.Tensor3D);
}
