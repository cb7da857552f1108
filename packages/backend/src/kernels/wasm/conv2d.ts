import * as tf from '@tensorflow/tfjs-core';
import { replaceKernel } from '../replace-kernel.ts';
import type { WasmMemory } from './memory.ts';

type Shape4D = [number, number, number, number];
type Info = tf.backend_util.Conv2DInfo;
interface Attributes {
  strides: number | [number, number];
  pad: 'valid' | 'same' | number | tf.backend_util.ExplicitPadding;
  dataFormat: 'NHWC' | 'NCHW';
  dilations?: number | [number, number];
  dimRoundingMode?: 'floor' | 'round' | 'ceil';
}

/**
 * conv2d and its two gradients for wasm. tfjs has no gradient by the filter there at all (issues 8082, 8474), and the one
 * by the input is a plain loop.
 *
 * Each tap of the filter is a matrix product over a row of the image, without copies: what the padding would
 * multiply is left out, and strides are strides in memory.
 */
export function registerConv2D(memory: WasmMemory): void {
  replaceKernel('wasm', 'Conv2D', ({ x, filter }, attrs: Attributes) => {
    const info = convolution(x.shape as Shape4D, filter.shape as Shape4D, attrs);
    const y = memory.zeros(info.outShape);
    const { inChannels: cin, outChannels: cout } = info;
    const [from, weights, to] = [x, filter, y].map((tensor) => memory.addressOf(tensor));
    for (const { tap, count, input, output } of strips(info)) {
      memory.addProduct(
        [count, cin, cout],
        { at: from + 4 * cin * input, row: 4 * cin * info.strideWidth, column: 4 },
        { at: weights + 4 * cin * cout * tap, row: 4 * cout, column: 4 },
        { at: to + 4 * cout * output, row: 4 * cout },
      );
    }
    return y;
  });
  replaceKernel('wasm', 'Conv2DBackpropInput', ({ dy, filter }, attrs: Attributes & { inputShape: Shape4D }) => {
    const info = convolution(attrs.inputShape, filter.shape as Shape4D, attrs);
    const dx = memory.zeros(info.inShape);
    const { inChannels: cin, outChannels: cout } = info;
    const [from, weights, to] = [dy, filter, dx].map((tensor) => memory.addressOf(tensor));
    for (const { tap, count, input, output } of strips(info)) {
      memory.addProduct(
        [count, cout, cin],
        { at: from + 4 * cout * output, row: 4 * cout, column: 4 },
        { at: weights + 4 * cin * cout * tap, row: 4, column: 4 * cout },
        { at: to + 4 * cin * input, row: 4 * cin * info.strideWidth },
      );
    }
    return dx;
  });
  replaceKernel('wasm', 'Conv2DBackpropFilter', ({ x, dy }, attrs: Attributes & { filterShape: Shape4D }) => {
    const info = convolution(x.shape as Shape4D, attrs.filterShape, attrs);
    const dFilter = memory.zeros(info.filterShape);
    const { inChannels: cin, outChannels: cout } = info;
    const [left, right, to] = [x, dy, dFilter].map((tensor) => memory.addressOf(tensor));
    for (const { tap, count, input, output } of strips(info)) {
      memory.addProduct(
        [cin, count, cout],
        { at: left + 4 * cin * input, row: 4, column: 4 * cin * info.strideWidth },
        { at: right + 4 * cout * output, row: 4 * cout, column: 4 },
        { at: to + 4 * cin * cout * tap, row: 4 * cout },
      );
    }
    return dFilter;
  });
}

function convolution(
  inputShape: Shape4D,
  filterShape: Shape4D,
  attributes: Attributes,
): Info & { filterShape: Shape4D } {
  const { strides, pad, dataFormat, dilations = 1, dimRoundingMode } = attributes;
  if (dataFormat === 'NCHW') throw new Error('conv2d on wasm: expected the data format NHWC, found NCHW');
  return tf.backend_util.computeConv2DInfo(inputShape, filterShape, strides, dilations, pad, dimRoundingMode);
}

/** Outputs side by side in a row of y and the inputs that one tap takes to them, `strideWidth` apart. */
interface Strip {
  /** Row-major in the filter. */
  tap: number;
  /** How many outputs; none where the tap lies in the padding for all. */
  count: number;
  /** The first input and output, counted in pixels from the first of all. */
  input: number;
  output: number;
}

function* strips(info: Info): Generator<Strip> {
  const { batchSize, inHeight, inWidth, outHeight, outWidth, filterHeight, filterWidth } = info;
  const { strideHeight, strideWidth, dilationHeight, dilationWidth, padInfo } = info;
  for (let n = 0; n < batchSize; n++) {
    for (let row = 0; row < outHeight; row++) {
      for (let tap = 0; tap < filterHeight * filterWidth; tap++) {
        const y = row * strideHeight - padInfo.top + Math.floor(tap / filterWidth) * dilationHeight;
        if (y < 0 || y >= inHeight) continue;
        const shift = (tap % filterWidth) * dilationWidth - padInfo.left; // of the input against the output
        const first = Math.max(0, Math.ceil(-shift / strideWidth));
        const end = Math.min(outWidth, Math.ceil((inWidth - shift) / strideWidth));
        const input = (n * inHeight + y) * inWidth + first * strideWidth + shift;
        const output = (n * outHeight + row) * outWidth + first;
        if (end > first) yield { tap, count: end - first, input, output };
      }
    }
  }
}
