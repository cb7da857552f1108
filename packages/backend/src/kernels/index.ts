import * as tf from '@tensorflow/tfjs-core';
import { registerFanOut } from '../nn/fan-out.ts';
import { registerCpuBatchMatMul, registerWasmBatchMatMul, repairBatches } from './batch-mat-mul.ts';
import { registerCpuSign } from './cpu-sign.ts';
import { repairEmptyReductions } from './reductions.ts';
import { isReplaced } from './replace-kernel.ts';
import { sumInParts } from './sums-in-parts.ts';
import { registerTensorflowKernels } from './tensorflow.ts';
import { registerUnsortedSegmentSum } from './unsorted-segment-sum.ts';
import { registerArithmetic } from './wasm/arithmetic.ts';
import { registerConv2D } from './wasm/conv2d.ts';
import { registerCopies } from './wasm/copies.ts';
import { registerMaxPoolGrad } from './wasm/max-pool-grad.ts';
import { type WasmBackend, WasmMemory } from './wasm/memory.ts';
import { registerWebgpuElementwise } from './webgpu/elementwise.ts';
import { registerWebgpuReductions } from './webgpu/reductions.ts';
import { registerWebgpuTranspose } from './webgpu/transpose.ts';

const repairs: Record<string, () => void> = {
  cpu() {
    repairBatches('cpu', ['_FusedMatMul']);
    registerCpuBatchMatMul();
    registerCpuSign();
    repairEmptyReductions('cpu');
  },
  wasm() {
    const memory = new WasmMemory(tf.backend() as WasmBackend);
    registerArithmetic(memory);
    registerWasmBatchMatMul(memory);
    repairBatches('wasm', ['_FusedMatMul']);
    registerConv2D(memory);
    registerCopies(memory);
    registerMaxPoolGrad(memory);
    registerUnsortedSegmentSum();
    repairEmptyReductions('wasm');
  },
  webgpu() {
    repairBatches('webgpu', ['BatchMatMul', '_FusedMatMul']);
    sumInParts('webgpu');
    registerWebgpuElementwise();
    registerWebgpuReductions();
    registerWebgpuTranspose();
    repairEmptyReductions('webgpu');
  },
  tensorflow() {
    registerTensorflowKernels();
    sumInParts('tensorflow');
  },
};

/** Registers what the named tfjs backend lacks or gets wrong; does nothing where that is in place. */
export function registerMissingKernels(tfBackend: string): void {
  registerFanOut(tfBackend);
  if (!isReplaced(tfBackend, 'Sum')) repairs[tfBackend]?.(); // all of them repair that
}
