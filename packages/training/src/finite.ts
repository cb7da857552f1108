import * as tf from '@tensorflow/tfjs-core';

/** Parameters of at most so many values are looked at together, end to end: each operation costs more to call than to do. */
const small = 2 ** 14;

/**
 * 0 where every value of every parameter is finite, else NaN: a number, read with the loss, instead of all the weights.
 * Call it inside tf.tidy.
 */
export function zeroIfFinite(parameters: Map<string, tf.Variable>): tf.Scalar {
  const flat = [...parameters.values()].map((parameter) => tf.reshape(parameter, [-1]));
  const few = flat.filter(({ size }) => size <= small);
  const pieces = [...(few.length > 0 ? [tf.concat(few)] : []), ...flat.filter(({ size }) => size > small)];
  // times 0: no sum can overflow, and NaN and Infinity stay NaN
  return tf.addN([tf.scalar(0), ...pieces.map((piece) => tf.sum(tf.mul(piece, 0)))]) as tf.Scalar;
}

/** The first parameter that holds a value which is not finite. */
export async function firstNotFinite(parameters: Map<string, tf.Variable>): Promise<string | undefined> {
  for (const [name, parameter] of parameters) {
    if (!(await parameter.data()).every(Number.isFinite)) return name;
  }
  return undefined;
}
