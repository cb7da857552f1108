import * as tf from '@tensorflow/tfjs-core';
import { replaceKernel } from '../replace-kernel.ts';
import type { WasmMemory } from './memory.ts';

/** By the numbers that assembly/elementwise.ts gives them. */
const functions = ['Log1p', 'Selu', 'Sign'];

/**
 * Functions of single values that tfjs gets wrong on wasm: log1p and selu lose what is small beside 1, sin is of another size
 * near 0, sign takes what is below 1e-5 for 0, clipping makes a number of NaN, and bool is the low byte of a value.
 */
export function registerElementwise(memory: WasmMemory): void {
  for (const [number, kernelName] of functions.entries()) {
    replaceKernel('wasm', kernelName, ({ x }, _, { before }) => {
      if (x.dtype !== 'float32') return before();
      return made(memory, x, 'float32', (from, to) => memory.run.unary(number, from, to, x.size));
    });
  }
  replaceKernel('wasm', 'Sin', ({ x }, _, { before }) => {
    const y = before();
    memory.run.sinNearZero(memory.addressOf(x), memory.addressOf(y), x.size);
    return y;
  });
  replaceKernel<{ clipValueMin: number; clipValueMax: number }>(
    'wasm',
    'ClipByValue',
    ({ x }, { clipValueMin, clipValueMax }) => clipped(memory, x, clipValueMin, clipValueMax),
  );
  replaceKernel('wasm', 'Relu6', ({ x }) => clipped(memory, x, 0, 6));
  replaceKernel<{ dtype: tf.DataType }>('wasm', 'Cast', ({ x }, { dtype }, { before }) => {
    if (dtype !== 'bool' || x.dtype === 'bool') return before();
    const float = Number(x.dtype === 'float32');
    return made(memory, x, 'bool', (from, to) => memory.run.toBool(float, from, to, x.size));
  });
  // Select moves four bytes where a bool has one
  replaceKernel('wasm', 'Select', ({ condition, t, e }, _, { before }) => {
    if (t.dtype !== 'bool') return before();
    return tf.tidy(() => tf.cast(before({ condition, t: tf.cast(t, 'int32'), e: tf.cast(e, 'int32') }), 'bool'));
  });
  // and StridedSlice calls four bytes of any kind float32
  replaceKernel('wasm', 'StridedSlice', ({ x }, _, { before }) => {
    if (x.dtype === 'float32') return before();
    throw new Error(`stridedSlice on wasm: expected float32, found ${x.dtype}; slice and gather take it`);
  });
}

function clipped(memory: WasmMemory, x: tf.TensorInfo, low: number, high: number): tf.TensorInfo {
  const clip = x.dtype === 'float32' ? memory.run.clip : memory.run.clipInt;
  if (x.dtype !== 'float32' && x.dtype !== 'int32')
    throw new Error(`clip: expected float32 or int32, found ${x.dtype}`);
  return made(memory, x, x.dtype, (from, to) => clip(from, to, tf.util.sizeFromShape(x.shape), low, high));
}

function made(
  memory: WasmMemory,
  x: tf.TensorInfo,
  dtype: tf.DataType,
  fill: (from: number, to: number) => void,
): tf.TensorInfo {
  const y = memory.make(x.shape, dtype);
  fill(memory.addressOf(x), memory.addressOf(y));
  return y;
}
