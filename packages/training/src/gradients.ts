import * as tf from '@tensorflow/tfjs-core';

/** Gradients under the names of their parameters. */
export type Gradients = Map<string, tf.Tensor>;

/** Part of a step's batch. */
export interface BatchPart<Batch> {
  /** A batch like the whole, of some of its rows. */
  batch: Batch;
  /** How much of the whole batch's loss this part's is; those of all parts add up to 1. */
  weight: number;
}

/**
 * Loss and gradients of a step, its batch taken part by part, so that no more than one part's intermediate results are in
 * memory at a time. Call it inside tf.tidy.
 *
 * @param loss of one part, differentiable in the parameters
 */
export function accumulatedGradients<Batch>(
  parts: BatchPart<Batch>[],
  parameters: Map<string, tf.Variable>,
  loss: (batch: Batch, part: number) => tf.Scalar,
): { loss: tf.Scalar; gradients: Gradients } {
  const gradients: Gradients = new Map();
  const losses = parts.map(({ batch, weight }, part) => {
    const { value, grads } = tf.variableGrads(
      () => tf.mul(loss(batch, part), weight) as tf.Scalar,
      [...parameters.values()],
    );
    // tfjs names variables by itself; the optimizer's state goes under the names of the checkpoint
    for (const [name, { name: variable }] of parameters) {
      const sum = gradients.get(name);
      if (!grads[variable]) continue;
      gradients.set(name, sum ? tf.add(sum, grads[variable]) : grads[variable]);
      if (sum) tf.dispose([sum, grads[variable]]);
    }
    return value;
  });
  return { loss: tf.addN(losses) as tf.Scalar, gradients };
}

/**
 * Scales gradients down to a common 2-norm of at most `maxNorm`, as torch.nn.utils.clip_grad_norm_ does: by
 * maxNorm / (norm + 1e-6) where that is below 1. Call it inside tf.tidy.
 *
 * @returns the norm before, and the gradients to go on with
 */
export function clipGradients(gradients: Gradients, maxNorm: number): { norm: tf.Scalar; gradients: Gradients } {
  const squares = [...gradients.values()].map((gradient) => tf.sum(tf.square(gradient)));
  const norm = tf.sqrt(tf.addN(squares)) as tf.Scalar;
  const factor = tf.minimum(1, tf.div(maxNorm, tf.add(norm, 1e-6)));
  const clipped = [...gradients].map(([name, gradient]): [string, tf.Tensor] => [name, tf.mul(gradient, factor)]);
  return { norm, gradients: new Map(clipped) };
}
