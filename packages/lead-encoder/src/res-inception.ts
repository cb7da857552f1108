import { conv1d, groupNorm, maxPool1d3, runningNorm } from '@heartllm/backend';
import * as tf from '@tensorflow/tfjs-core';
import type { EncoderConfig } from './tokenizer-config.ts';

/** Looks up a parameter by its PyTorch name. */
export type Parameters = (name: string) => tf.Tensor;

/** What the blocks of one network have in common. `training` matters to causal ones only. */
export type BlockForm = Pick<EncoderConfig, 'variant' | 'groups' | 'causal'> & { training?: boolean };

const widest = 7;
/** Below this a convolution leaves the processor's vectors half empty. */
const fewChannels = 16;
const slope = 0.01;

/**
 * The building block of encoder and decoder: convolutions of several widths, a residual, GroupNorm, LeakyReLU(0.01).
 *
 * 'code' (the published checkpoints): widths 3, 5, 7 and a width-1 convolution of the pooled input, concatenated; the
 * input is added before the norm. 'paper': widths 1, 3, 5, 7 summed; the input is added after the activation.
 *
 * Causal: kernels and pool end at their own sample instead of being centred on it, before the first sample there are
 * zeros, and running statistics take the place of GroupNorm's.
 *
 * @param x [N, T, Cin]
 * @returns [N, T, Cout]
 */
export function resInception(x: tf.Tensor3D, name: string, parameters: Parameters, form: BlockForm): tf.Tensor3D {
  return tf.tidy(() => {
    const { variant, causal = false } = form;
    const weight = (branch: string) => parameters(`${name}.${branch}.weight`) as tf.Tensor3D;
    const match = weight('norm').shape[0] === x.shape[2] ? null : weight('match');
    const skip = match ? conv1d(x, match) : x; // [N, T, Cout]
    const over = (kernel: tf.Tensor3D) =>
      causal
        ? conv1d(padLeft(x, kernel.shape[2] - 1), kernel)
        : conv1d(x, kernel, { padding: (kernel.shape[2] - 1) / 2 }); // [N, T, .]
    const kernels = ['inc.b1', 'inc.b2', 'inc.b3'].map(weight);
    if (variant === 'paper') {
      const widened = [...kernels, weight('inc.b4')].map((kernel) => widen(kernel, causal));
      const kernel = tf.addN(widened) as tf.Tensor3D; // [Cout, Cin, 7]
      return tf.add(norm(over(kernel), name, parameters, form), skip);
    }
    // With few channels each, widened with zeros, they share one pass over x: three for the price of the widest.
    const shared = kernels[0].shape[0] < fewChannels;
    const passes = shared ? [tf.concat(kernels.map((kernel) => widen(kernel, causal)))] : kernels;
    const wide = passes.map(over); // [N, T, Cout / 4] each, or all three in one
    // of three neighbours: centred on the sample, or on the one before it
    const pooled = causal ? (tf.slice(maxPool1d3(padLeft(x, 2)), [0, 1, 0], x.shape) as tf.Tensor3D) : maxPool1d3(x);
    const point = conv1d(pooled, weight('inc.b4')); // [N, T, Cout / 4]
    return norm(tf.add(tf.concat([...wide, point], 2), skip), name, parameters, form); // [N, T, Cout]
  });
}

/** The norm and the LeakyReLU that follows it. [N, T, C] */
function norm(x: tf.Tensor3D, name: string, parameters: Parameters, { groups, causal, training = false }: BlockForm) {
  const scale = parameters(`${name}.norm.weight`) as tf.Tensor1D;
  const shift = parameters(`${name}.norm.bias`) as tf.Tensor1D;
  if (!causal) return groupNorm(x, scale, shift, { groups, negativeSlope: slope });
  const mean = parameters(`${name}.norm.running_mean`) as tf.Variable;
  const variance = parameters(`${name}.norm.running_var`) as tf.Variable;
  return runningNorm(x, scale, shift, { mean, variance, training, negativeSlope: slope });
}

/** [Cout, Cin, K] -> [Cout, Cin, 7], zeros on both sides, or only on the left. */
function widen(weight: tf.Tensor3D, causal: boolean): tf.Tensor3D {
  const zeros = widest - weight.shape[2];
  const right = causal ? 0 : zeros / 2;
  return zeros === 0
    ? weight
    : (tf.pad(weight, [
        [0, 0],
        [0, 0],
        [zeros - right, right],
      ]) as tf.Tensor3D);
}

/** So many zeros before the first sample. [N, T, C] -> [N, count + T, C] */
export function padLeft(x: tf.Tensor3D, count: number): tf.Tensor3D {
  return tf.pad(x, [
    [0, 0],
    [count, 0],
    [0, 0],
  ]);
}
