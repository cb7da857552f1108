import * as tf from '@tensorflow/tfjs-core';
import type { LlamaConfig } from './config.ts';

/**
 * Radians per position for each of the headDim / 2 rotated pairs, in float32 as transformers computes them.
 *
 * 'llama3' (Llama 3.1): wavelengths beyond originalMaxPositionEmbeddings / lowFreqFactor are stretched by `factor`,
 * those below originalMaxPositionEmbeddings / highFreqFactor are kept, and the ones between blend linearly.
 */
export function inverseFrequencies(config: LlamaConfig): Float32Array {
  const { ropeTheta, ropeScaling: scaling, headDim } = config;
  return Float32Array.from({ length: headDim / 2 }, (_, i) => {
    const frequency = Math.fround(1 / Math.fround(ropeTheta ** Math.fround((2 * i) / headDim)));
    if (scaling.type === 'default') return frequency;
    if (scaling.type === 'linear') return frequency / scaling.factor;
    const { factor, lowFreqFactor, highFreqFactor, originalMaxPositionEmbeddings } = scaling;
    const turns = (originalMaxPositionEmbeddings * frequency) / (2 * Math.PI);
    const kept = Math.min(1, Math.max(0, (turns - lowFreqFactor) / (highFreqFactor - lowFreqFactor)));
    return kept * frequency + (1 - kept) * (frequency / factor);
  });
}

/** The rotation of every token, for all heads side by side: y = x cos + (x with each head's halves exchanged) sin. */
export interface Rotation {
  /** [B * T, heads * headDim], the same for both halves of a head. */
  cos: tf.Tensor2D;
  /** [B * T, heads * headDim], negative for the first half. */
  sin: tf.Tensor2D;
}

/**
 * @param positions [B * T], the tokens' places in their sequences.
 * @returns the rotation of one head; see {@link forHeads}.
 */
export function rotation(frequencies: Float32Array, positions: Int32Array): Rotation {
  const half = frequencies.length;
  const cos = new Float32Array(positions.length * 2 * half);
  const sin = new Float32Array(positions.length * 2 * half);
  for (let token = 0; token < positions.length; token++) {
    for (let i = 0; i < half; i++) {
      const angle = Math.fround(positions[token] * frequencies[i]);
      const at = token * 2 * half + i;
      cos[at] = cos[at + half] = Math.cos(angle);
      sin[at + half] = Math.sin(angle);
      sin[at] = -sin[at + half];
    }
  }
  const shape: [number, number] = [positions.length, 2 * half];
  return { cos: tf.tensor2d(cos, shape), sin: tf.tensor2d(sin, shape) };
}

/** Written out for each of several heads: a product of equal shapes is several times faster than one that repeats. */
export function forHeads({ cos, sin }: Rotation, heads: number): Rotation {
  return { cos: tf.tile(cos, [1, heads]), sin: tf.tile(sin, [1, heads]) };
}

/**
 * Rotary position embedding (Su et al. 2021), with pairs (i, i + headDim / 2) as in Hugging Face's Llama weights.
 *
 * @param x [B * T, heads * headDim]
 */
export function rotate(x: tf.Tensor2D, { cos, sin }: Rotation, headDim: number): tf.Tensor2D {
  const exchanged = (y: tf.Tensor) => tf.reshape(tf.reverse(tf.reshape(y, [-1, 2, headDim / 2]), 1), x.shape);
  const rotated = tf.customGrad((_x, save) => {
    (save as tf.GradSaveFunc)([cos, sin]);
    return {
      value: tf.add(tf.mul(x, cos), tf.mul(exchanged(x), sin)),
      // the transpose of a rotation turns back
      gradFunc: (dy: tf.Tensor, [cos, sin]: tf.Tensor[]) => tf.sub(tf.mul(dy, cos), tf.mul(exchanged(dy), sin)),
    };
  });
  return rotated(x) as tf.Tensor2D;
}
