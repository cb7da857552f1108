import * as tf from '@tensorflow/tfjs-core';
import { axisRuns, reducedShape } from '../reductions.ts';
import { replaceKernel } from '../replace-kernel.ts';
import type { WasmMemory } from './memory.ts';

/** The kernels that compute, where those of tfjs are wrong. */
export function registerArithmetic(memory: WasmMemory): void {
  registerSums(memory);
  registerElementwise(memory);
  registerExtremes(memory);
}

interface Attributes {
  axis: number | number[];
  keepDims?: boolean;
}

/**
 * Sum and Mean for wasm, in double precision: tfjs adds one float32 after the other, so that a loss over twelve million
 * values is 2 % low, and turns round what is not summed over its last axes.
 */
function registerSums(memory: WasmMemory): void {
  replaceKernel<Attributes>('wasm', 'Sum', ({ x }, { axis, keepDims }) => {
    const axes = tf.util.parseAxisParam(axis, x.shape);
    return reduced(memory, x, axes, { shape: reducedShape(x.shape, axes, keepDims), divisor: 1 });
  });
  replaceKernel<Attributes>('wasm', 'Mean', ({ x }, { axis, keepDims }) => {
    const axes = tf.util.parseAxisParam(axis, x.shape);
    const divisor = axes.reduce((n, axis) => n * x.shape[axis], 1);
    return tf.tidy(() => {
      const made = reduced(memory, tf.cast(x, 'float32'), axes, {
        shape: reducedShape(x.shape, axes, keepDims),
        divisor,
      });
      return tf.engine().makeTensorFromTensorInfo(made);
    });
  });
}

/** Over one run of axes after the other, divided at the end. */
function reduced(
  memory: WasmMemory,
  x: tf.TensorInfo,
  axes: number[],
  { shape, divisor }: { shape: number[]; divisor: number },
): tf.TensorInfo {
  if (x.dtype !== 'float32' && x.dtype !== 'int32') throw new Error(`sum: expected float32 or int32, found ${x.dtype}`);
  const runs = axisRuns(x.shape, axes);
  if (runs.length === 0) runs.push({ outer: 1, n: 1, inner: tf.util.sizeFromShape(x.shape) });
  let from = x;
  for (const [i, { outer, n, inner }] of runs.entries()) {
    const last = i === runs.length - 1;
    const to = memory.make(last ? shape : [outer, inner], x.dtype);
    const [source, target] = [from, to].map((tensor) => memory.addressOf(tensor));
    if (x.dtype === 'int32') memory.run.sumInt(source, outer, n, inner, target);
    else memory.run.sum(source, outer, n, inner, last ? divisor : 1, target);
    if (i > 0) memory.free(from);
    from = to;
  }
  return from;
}

/** By the numbers that assembly/elementwise.ts gives them. */
const functions = ['Log1p', 'Selu', 'Sign'];

/**
 * Functions of single values that tfjs gets wrong on wasm: log1p and selu lose what is small beside 1, sin is of another size
 * near 0, sign takes what is below 1e-5 for 0, clipping makes a number of NaN, and bool is the low byte of a value.
 */
function registerElementwise(memory: WasmMemory): void {
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

/** An axis of the result, and how far apart its neighbours lie in both inputs, in bytes: 0 where one is broadcast. */
interface Axis {
  length: number;
  a: number;
  b: number;
}

/** Maximum and Minimum of float32 for wasm: those of tfjs leave out the second value where it is NaN. */
function registerExtremes(memory: WasmMemory): void {
  for (const [kernelName, larger] of [
    ['Maximum', 1],
    ['Minimum', 0],
  ] as const) {
    replaceKernel('wasm', kernelName, ({ a, b }, _, { before }) => {
      if (a.dtype !== 'float32' || b.dtype !== 'float32') return before();
      const shape = tf.broadcast_util.assertAndGetBroadcastShape(a.shape, b.shape);
      const y = memory.make(shape, 'float32');
      const [left, right, to] = [a, b, y].map((tensor) => memory.addressOf(tensor));
      const axes = joined(shape, byteSteps(a.shape, shape), byteSteps(b.shape, shape));
      const [row, value] = [axes.at(-2) ?? one, axes.at(-1) ?? one];
      const others = axes.slice(0, -2);
      const lengths = others.map(({ length }) => length);
      const strides = tf.util.computeStrides(lengths);
      for (let i = 0; i < tf.util.sizeFromShape(lengths); i++) {
        const place = tf.util.indexToLoc(i, lengths.length, strides);
        const at = (of: 'a' | 'b') => place.reduce((sum, p, axis) => sum + p * others[axis][of], 0);
        memory.run.extreme(
          larger,
          row.length,
          value.length,
          left + at('a'),
          row.a,
          value.a,
          right + at('b'),
          row.b,
          value.b,
          to + 4 * i * row.length * value.length,
        );
      }
      return y;
    });
  }
}

const one: Axis = { length: 1, a: 0, b: 0 };

/** For each axis of the result, from one value of an input to the next. */
function byteSteps(own: number[], shape: number[]): number[] {
  const padded = [...Array(shape.length - own.length).fill(1), ...own];
  return padded.map((length, axis) => (length === 1 ? 0 : 4 * tf.util.sizeFromShape(padded.slice(axis + 1))));
}

/** The axes of the result, those together that lie side by side in both inputs. */
function joined(shape: number[], a: number[], b: number[]): Axis[] {
  const axes: Axis[] = [];
  for (const [axis, length] of shape.entries()) {
    if (length === 1) continue;
    const next = { length, a: a[axis], b: b[axis] };
    const last = axes.at(-1);
    const together = last && last.a === next.a * length && last.b === next.b * length;
    if (together) axes[axes.length - 1] = { ...next, length: last.length * length };
    else axes.push(next);
  }
  return axes;
}
