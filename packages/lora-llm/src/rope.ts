import * as tf from '@tensorflow/tfjs-core';

/** The rotation of every token, for all heads side by side: y = x cos + (x with each head's halves exchanged) sin. */
export interface Rotation {
  /** [B * T, heads * headDim], the same for both halves of a head. */
  cos: tf.Tensor2D;
  /** [B * T, heads * headDim], negative for the first half. */
  sin: tf.Tensor2D;
}

/**
 * @param frequencies [headDim / 2], radians per position.
 * @param positions [B * T], the tokens' places in their sequences.
 * @param scale of all cosines and sines.
 * @returns the rotation of one head; see {@link forHeads}.
 */
export function rotation(frequencies: Float32Array, positions: Int32Array, scale: number): Rotation {
  const width = 2 * frequencies.length;
  const cos = new Float32Array(positions.length * width);
  const sin = new Float32Array(positions.length * width);
  const places = new Map<number, number>(); // rows of a batch share most positions: where each was first written
  for (const [token, position] of positions.entries()) {
    const at = token * width;
    const first = places.get(position);
    if (first === undefined) {
      places.set(position, at);
      const row = { cos: cos.subarray(at, at + width), sin: sin.subarray(at, at + width) };
      turn(frequencies, position, scale, row);
    } else {
      cos.copyWithin(at, first, first + width);
      sin.copyWithin(at, first, first + width);
    }
  }
  const shape: [number, number] = [positions.length, width];
  return { cos: tf.tensor2d(cos, shape), sin: tf.tensor2d(sin, shape) };
}

function turn(
  frequencies: Float32Array,
  position: number,
  scale: number,
  { cos, sin }: Record<'cos' | 'sin', Float32Array>,
): void {
  for (const [i, frequency] of frequencies.entries()) {
    const angle = Math.fround(position * frequency);
    const second = frequencies.length + i;
    cos[i] = cos[second] = scale * Math.cos(angle);
    sin[second] = scale * Math.sin(angle);
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
