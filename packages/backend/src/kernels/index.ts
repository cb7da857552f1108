import * as tf from '@tensorflow/tfjs-core';
import { registerFanOut } from '../nn/fan-out.ts';
import { registerTensorflowKernels } from './tensorflow.ts';
import { registerUnsortedSegmentSum } from './unsorted-segment-sum.ts';
import { registerBatchMatMul } from './wasm/batch-mat-mul.ts';
import { registerConv2D } from './wasm/conv2d.ts';
import { registerCopies } from './wasm/copies.ts';
import { registerMaxPoolGrad } from './wasm/max-pool-grad.ts';
import { type WasmBackend, WasmMemory } from './wasm/memory.ts';

/** Registers what the named tfjs backend lacks for the models of this project; does nothing the second time. */
export function registerMissingKernels(tfBackend: string): void {
  registerFanOut(tfBackend);
  if (tfBackend === 'tensorflow' && !tf.getKernel('LeakyReluGrad', 'tensorflow')) registerTensorflowKernels();
  if (tfBackend !== 'wasm' || tf.getKernel('Conv2DBackpropFilter', 'wasm')) return;
  const memory = new WasmMemory(tf.backend() as WasmBackend);
  registerBatchMatMul(memory);
  registerConv2D(memory);
  registerCopies(memory);
  registerMaxPoolGrad(memory);
  registerUnsortedSegmentSum();
}
