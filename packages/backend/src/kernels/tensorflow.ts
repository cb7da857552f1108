import * as tf from '@tensorflow/tfjs-core';

/** What this file uses of tfjs-node's backend object: it runs any operation of TensorFlow by name. */
interface NodeBackend extends tf.KernelBackend {
  binding: { TF_ATTR_TYPE: number; TF_ATTR_BOOL: number; TF_ATTR_FLOAT: number; TF_FLOAT: number };
  executeSingleOutput(
    name: string,
    attributes: { name: string; type: number; value: unknown }[],
    inputs: tf.TensorInfo[],
  ): tf.Tensor;
}

/** Operations of TensorFlow that tfjs has no name for, or has a slower one for. */
export function registerTensorflowKernels(): void {
  registerMatMul();
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

/** Of two matrices, with TensorFlow's MatMul: BatchMatMulV2, which tfjs-node takes for all, turns a transposed one round first. */
function registerMatMul(): void {
  const batched = tf.getKernel('BatchMatMul', 'tensorflow') as tf.KernelConfig;
  tf.unregisterKernel('BatchMatMul', 'tensorflow');
  tf.registerKernel({
    ...batched,
    kernelFunc: (call) => {
      const { a, b } = call.inputs as { a: tf.TensorInfo; b: tf.TensorInfo };
      if (a.shape.length !== 2 || b.shape.length !== 2 || a.dtype !== 'float32') return batched.kernelFunc(call);
      const { binding, executeSingleOutput } = call.backend as NodeBackend;
      const attributes = [
        { name: 'T', type: binding.TF_ATTR_TYPE, value: binding.TF_FLOAT },
        { name: 'transpose_a', type: binding.TF_ATTR_BOOL, value: call.attrs?.transposeA },
        { name: 'transpose_b', type: binding.TF_ATTR_BOOL, value: call.attrs?.transposeB },
      ];
      return executeSingleOutput.call(call.backend, 'MatMul', attributes, [a, b]);
    },
  });
}
