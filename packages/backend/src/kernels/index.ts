import * as tf from '@tensorflow/tfjs-core';
import { registerConv2DGradients } from './conv2d-gradients.ts';
import { registerMaxPoolGrad } from './max-pool-grad.ts';
import { registerTensorflowKernels } from './tensorflow.ts';
import { registerUnsortedSegmentSum } from './unsorted-segment-sum.ts';

/** Registers what the named tfjs backend lacks for the models of this project; does nothing the second time. */
export function registerMissingKernels(tfBackend: string): void {
  if (tfBackend === 'tensorflow' && !tf.getKernel('LeakyReluGrad', 'tensorflow')) registerTensorflowKernels();
  if (tfBackend !== 'wasm' || tf.getKernel('Conv2DBackpropFilter', 'wasm')) return;
  registerConv2DGradients();
  registerMaxPoolGrad();
  registerUnsortedSegmentSum();
}
