import * as tf from '@tensorflow/tfjs-core';

/** Kernels whose gradients in tfjs keep the shape of the result where an input was broadcast, and then fail. */
const forgetful = ['Maximum', 'Minimum', 'SquaredDifference', 'BatchMatMul'];
const repaired = new WeakSet<tf.GradConfig>();

/** Sums those gradients over the axes that were broadcast. */
export function repairBroadcastGradients(): void {
  for (const kernelName of forgetful) {
    const config = tf.getGradient(kernelName);
    if (repaired.has(config)) continue;
    const repair: tf.GradConfig = {
      ...config,
      gradFunc: (dy, saved, attrs) => {
        const gradients = config.gradFunc(dy, saved, attrs);
        const [a, b] = saved; // all of these save both inputs, in this order
        return { a: () => sumTo(gradients.a(), a.shape), b: () => sumTo(gradients.b(), b.shape) };
      },
    };
    repaired.add(repair);
    tf.registerGradient(repair);
  }
}

function sumTo(gradient: tf.Tensor, shape: number[]): tf.Tensor {
  const axes = tf.broadcast_util.getReductionAxes(shape, gradient.shape);
  return axes.length === 0 ? gradient : tf.reshape(tf.sum(gradient, axes), shape);
}
