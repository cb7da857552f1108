import * as tf from '@tensorflow/tfjs-core';
import { replaceKernel } from '../replace-kernel.ts';
import type { WasmMemory } from './memory.ts';

interface Attributes {
  filterSize: number | [number, number];
  strides: number | [number, number];
  pad: 'valid' | 'same' | number | tf.backend_util.ExplicitPadding;
  dimRoundingMode?: 'floor' | 'round' | 'ceil';
}

/**
 * MaxPoolGrad for wasm. That of tfjs starts each search at the smallest positive float instead of minus infinity:
 * windows in which every value is negative get no gradient.
 */
export function registerMaxPoolGrad(memory: WasmMemory): void {
  replaceKernel('wasm', 'MaxPoolGrad', ({ dy, input }, { filterSize, strides, pad, dimRoundingMode }: Attributes) => {
    const shape = input.shape as [number, number, number, number];
    const info = tf.backend_util.computePool2DInfo(shape, filterSize, strides, 1, pad, dimRoundingMode);
    const { batchSize, inHeight, inWidth, inChannels, outHeight, outWidth } = info;
    const dx = memory.zeros(shape);
    const image = 4 * inHeight * inWidth * inChannels;
    for (let n = 0; n < batchSize; n++) {
      memory.run.maxPoolGrad(
        memory.addressOf(input) + n * image,
        memory.addressOf(dy) + 4 * n * outHeight * outWidth * inChannels,
        memory.addressOf(dx) + n * image,
        inHeight,
        inWidth,
        inChannels,
        outHeight,
        outWidth,
        info.filterHeight,
        info.filterWidth,
        info.strideHeight,
        info.strideWidth,
        info.padInfo.top,
        info.padInfo.left,
      );
    }
    return dx;
  });
}
