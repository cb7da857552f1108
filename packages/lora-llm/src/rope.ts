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
  const width = 2 * frequencies.length;
  const cos = new Float32Array(positions.length * width);
  const sin = new Float32Array(positions.length * width);
  const places = new Map<number, number>(); // rows of a batch share most positions: where each was first written
  for (const [token, position] of positions.entries()) {
    const at = token * width;
    const first = places.get(position);
    if (first === undefined) {
      places.set(position, at);
      turn(frequencies, position, cos.subarray(at, at + width), sin.subarray(at, at + width));
    } else {
      cos.copyWithin(at, first, first + width);
      sin.copyWithin(at, first, first + width);
    }
  }
  const shape: [number, number] = [positions.length, width];
  return { cos: tf.tensor2d(cos, shape), sin: tf.tensor2d(sin, shape) };
}

function turn(frequencies: Float32Array, position: number, cos: Float32Array, sin: Float32Array): void {
  for (const [i, frequency] of frequencies.entries()) {
    const angle = Math.fround(position * frequency);
    const second = frequencies.length + i;
    cos[i] = cos[second] = Math.cos(angle);
    sin[second] = Math.sin(angle);
    sin[i] = -sin[second];
  }
}

/** Written out for each of several heads: a product of equal shapes is several times faster than one that repeats. */
export function forHeads({ cos, sin }: Rotation, heads: number): Rotation {
  const beside = (one: tf.Tensor2D) => tf.concat(Array<tf.Tensor2D>(heads).fill(one), 1);
  return { cos: beside(cos), sin: beside(sin) };
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
