import * as tf from '@tensorflow/tfjs-core';

/** What this file uses of tfjs-node's backend object: it runs any operation of TensorFlow by name. */
interface NodeBackend extends tf.KernelBackend {
  binding: { TF_ATTR_TYPE: number; TF_ATTR_FLOAT: number; TF_FLOAT: number };
  executeSingleOutput(
    name: string,
    attributes: { name: string; type: number; value: unknown }[],
    inputs: tf.TensorInfo[],
  ): tf.Tensor;
}

/** Operations of TensorFlow that tfjs has no name for. */
export function registerTensorflowKernels(): void {
  tf.registerKernel({
    kernelName: 'LeakyReluGrad',
    backendName: 'tensorflow',
    kernelFunc: ({ inputs, attrs, backend }) => {
      const { binding, executeSingleOutput } = backend as NodeBackend;
      const { gradients, features } = inputs as { gradients: tf.TensorInfo; features: tf.TensorInfo };
      const attributes = [
        { name: 'T', type: binding.TF_ATTR_TYPE, value: binding.TF_FLOAT },
        { name: 'alpha', type: binding.TF_ATTR_FLOAT, value: attrs?.alpha },
      ];
      return executeSingleOutput.call(backend, 'LeakyReluGrad', attributes, [gradients, features]);
    },
  });
}
