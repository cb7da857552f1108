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

/** The rotation of every token, [B * T, 1, 2, headDim / 2]: y = x cos + (x with its halves exchanged) sin. */
export interface Rotation {
  /** The same for both halves. */
  cos: tf.Tensor4D;
  /** Negative for the first half. */
  sin: tf.Tensor4D;
}

/**
 * @param positions [B * T], the tokens' places in their sequences.
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
  const shape: [number, number, number, number] = [positions.length, 1, 2, half];
  return { cos: tf.tensor4d(cos, shape), sin: tf.tensor4d(sin, shape) };
}

/**
 * Rotary position embedding (Su et al. 2021), with pairs (i, i + headDim / 2) as in Hugging Face's Llama weights.
 *
 * @param x [B * T, heads, 2, headDim / 2]
 */
export function rotate(x: tf.Tensor4D, { cos, sin }: Rotation): tf.Tensor4D {
  const rotated = tf.customGrad((_x, save) => {
    (save as tf.GradSaveFunc)([cos, sin]);
    return {
      value: tf.add(tf.mul(x, cos), tf.mul(tf.reverse(x, 2), sin)),
      // the transpose of a rotation turns back
      gradFunc: (dy: tf.Tensor, [cos, sin]: tf.Tensor[]) =>
        tf.sub(tf.mul(dy, cos), tf.mul(tf.reverse(dy, 2), sin)) as tf.Tensor,
    };
  });
  return rotated(x) as tf.Tensor4D;
}
