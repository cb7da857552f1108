import * as tf from '@tensorflow/tfjs-core';
import { type Fsq, tanhBound } from './fsq.ts';

/**
 * The quantizer as a layer: rounds forward, lets the gradient pass straight through to the bounded value (Bengio et al.
 * 2013).
 *
 * @param x [..., D], float32, before the bound; D is the number of the quantizer's levels
 * @returns [..., D], float32, the values that Fsq.quantize calls codes
 */
export function quantizeStraightThrough<T extends tf.Tensor>(x: T, fsq: Fsq): T {
  return tf.tidy(() => {
    if (fsq.bound === 'sigmoid') {
      const top = tf.tensor1d(fsq.levels.map((levels) => levels - 1)); // [D]
      return tf.div(roundStraightThrough(tf.mul(tf.sigmoid(x), top)), top) as T;
    }
    const bounds = fsq.levels.map(tanhBound);
    const constant = (of: (bound: (typeof bounds)[number]) => number) => tf.tensor1d(bounds.map(of)); // [D]
    const squashed = tf.mul(
      tf.tanh(
        tf.add(
          x,
          constant((b) => b.shift),
        ),
      ),
      constant((b) => b.half),
    );
    const rounded = roundStraightThrough(
      tf.sub(
        squashed,
        constant((b) => b.offset),
      ),
    );
    return tf.div(
      rounded,
      constant((b) => b.halfWidth),
    ) as T;
  });
}

const roundStraightThrough = (x: tf.Tensor): tf.Tensor =>
  tf.customGrad((value) => ({
    value: tf.round(value as tf.Tensor),
    gradFunc: (dy: tf.Tensor) => dy,
  }))(x);
