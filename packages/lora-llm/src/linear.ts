import * as tf from '@tensorflow/tfjs-core';

/**
 * x W^T, a linear layer without bias, as torch.nn.Linear stores it.
 *
 * The gradient of W is not computed when W is a variable that is not trainable: for the frozen base of a LoRA it would
 * cost a third of the step and be thrown away.
 *
 * @param x [N, in]
 * @param weight [out, in]
 * @returns [N, out]
 */
export function linear(x: tf.Tensor2D, weight: tf.Tensor2D): tf.Tensor2D {
  if (isFrozen(weight)) {
    const frozen = tf.customGrad(() => ({
      value: tf.matMul(x, weight, false, true),
      gradFunc: (dy: tf.Tensor) => tf.matMul(dy, weight), // [N, in]
    }));
    return frozen(x) as tf.Tensor2D;
  }
  const trained = tf.customGrad((_x, _weight, save) => {
    (save as tf.GradSaveFunc)([x, weight]);
    return {
      value: tf.matMul(x, weight, false, true),
      gradFunc: (dy: tf.Tensor, [x, weight]: tf.Tensor[]) => [
        tf.matMul(dy, weight), // [N, in]
        tf.matMul(dy, x, true), // [out, in]
      ],
    };
  });
  return trained(x, weight) as tf.Tensor2D;
}

/** Whether a weight's gradient is of no use to anyone. */
export function isFrozen(weight: tf.Tensor): boolean {
  return weight instanceof tf.Variable && !weight.trainable;
}
