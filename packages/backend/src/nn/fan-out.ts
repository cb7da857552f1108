import * as tf from '@tensorflow/tfjs-core';

const kernelName = 'FanOut';

/**
 * The same tensor for several users, whose gradients are then added up in one pass over memory instead of one pass for
 * each user, as the tape of tfjs does it. On a backend that useBackend did not choose, just the tensor.
 *
 * @param users how many times the tensor will be used
 * @returns as many tensors of the same values, without a copy in memory
 */
export function fanOut<T extends tf.Tensor>(x: T, users: number): T[] {
  if (!tf.getKernel(kernelName, tf.getBackend())) return Array<T>(users).fill(x);
  return tf.engine().runKernel(kernelName, { x }, { users }) as tf.Tensor[] as T[];
}

/** The kernel and its gradient, for the named tfjs backend; does nothing the second time. */
export function registerFanOut(backendName: string): void {
  if (tf.getKernel(kernelName, backendName)) return;
  tf.registerKernel({
    kernelName,
    backendName,
    kernelFunc: ({ inputs: { x }, attrs, backend }) =>
      Array.from(
        { length: attrs!.users as number },
        () => tf.getKernel('Identity', backendName).kernelFunc({ inputs: { x }, backend }) as tf.TensorInfo,
      ),
  });
  tf.registerGradient({
    kernelName,
    gradFunc: (dys) => ({ x: () => tf.addN([dys].flat()) }),
  });
}
