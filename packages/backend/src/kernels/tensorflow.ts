import * as tf from '@tensorflow/tfjs-core';
import { replaceKernel } from './replace-kernel.ts';

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
  replaceKernel<{ transposeA?: boolean; transposeB?: boolean }>(
    'tensorflow',
    'BatchMatMul',
    ({ a, b }, { transposeA, transposeB }, { backend, before }) => {
      if (a.rank !== 2 || b.rank !== 2 || a.dtype !== 'float32') return before();
      const { binding, executeSingleOutput } = backend as NodeBackend;
      const attributes = [
        { name: 'T', type: binding.TF_ATTR_TYPE, value: binding.TF_FLOAT },
        { name: 'transpose_a', type: binding.TF_ATTR_BOOL, value: transposeA },
        { name: 'transpose_b', type: binding.TF_ATTR_BOOL, value: transposeB },
      ];
      return executeSingleOutput.call(backend, 'MatMul', attributes, [a, b]);
    },
  );
}
