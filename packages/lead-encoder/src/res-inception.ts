import { conv1d, fanOut, groupNorm, maxPool1d3, runningNorm } from '@heartllm/backend';
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
    const over = (y: tf.Tensor3D, kernel: tf.Tensor3D) =>
      causal
        ? conv1d(padLeft(y, kernel.shape[2] - 1), kernel)
        : conv1d(y, kernel, { padding: (kernel.shape[2] - 1) / 2 }); // [N, T, .]
    const kernels = ['inc.b1', 'inc.b2', 'inc.b3'].map(weight);
    if (variant === 'paper') {
      const [forSkip, forKernel] = fanOut(x, 2);
      const widened = [...kernels, weight('inc.b4')].map((kernel) => widen(kernel, causal));
      const kernel = tf.addN(widened) as tf.Tensor3D; // [Cout, Cin, 7]
      return tf.add(norm(over(forKernel, kernel), name, parameters, form), match ? conv1d(forSkip, match) : forSkip);
    }
    // With few channels each, widened with zeros, they share one pass over x: three for the price of the widest.
    const shared = kernels[0].shape[0] < fewChannels;
    const passes = shared ? [tf.concat(kernels.map((kernel) => widen(kernel, causal)))] : kernels;
    const [forSkip, forPool, ...forPasses] = fanOut(x, 2 + passes.length);
    const wide = passes.map((kernel, i) => over(forPasses[i], kernel)); // [N, T, Cout / 4] each, or all three in one
    // of three neighbours: centred on the sample, or on the one before it
    const pooled = causal
      ? (tf.slice(maxPool1d3(padLeft(forPool, 2)), [0, 1, 0], x.shape) as tf.Tensor3D)
      : maxPool1d3(forPool);
    const mixed = tf.concat([...wide, conv1d(pooled, weight('inc.b4'))], 2); // [N, T, Cout]
    return norm(tf.add(mixed, match ? conv1d(forSkip, match) : forSkip), name, parameters, form);
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
