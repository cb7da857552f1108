import * as tf from '@tensorflow/tfjs-core';

/**
 * Gradient of leakyRelu: dy where the result was above 0, slope dy elsewhere.
 *
 * @param y the result of leakyRelu, or its input; of dy's shape
 */
export function leakyReluGradient(dy: tf.Tensor, y: tf.Tensor, slope: number): tf.Tensor {
  // one pass instead of eight where there is a kernel: the step of tfjs-node is made of six ops
  if (!tf.getKernel('LeakyReluGrad', tf.getBackend())) return tf.mul(dy, tf.step(y, slope));
  return tf.engine().runKernel('LeakyReluGrad', { gradients: dy, features: y }, { alpha: slope });
}
