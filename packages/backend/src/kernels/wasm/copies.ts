import * as tf from '@tensorflow/tfjs-core';
import { replaceKernel } from '../replace-kernel.ts';
import type { WasmBackend, WasmMemory } from './memory.ts';

/**
 * The kernels that only move data. Those of tfjs copy what need not be copied (a clone; all of a tensor of which a piece is
 * asked), or go value by value (reverse).
 */
export function registerCopies(memory: WasmMemory): void {
  replaceKernel('wasm', 'Identity', ({ x: { dataId, shape, dtype } }, _, { backend }) => {
    (backend as WasmBackend).incRef(dataId); // one piece of memory, freed with the last of its tensors
    return { dataId, shape, dtype };
  });
  replaceKernel('wasm', 'Slice', ({ x }, { begin, size }: { begin: number[]; size: number[] }) => {
    const [from, sizes] = tf.slice_util.parseSliceParams(x, begin, size);
    tf.slice_util.assertParamsValid(x as tf.Tensor, from, sizes);
    return piece(memory, x, from, sizes);
  });
  replaceKernel('wasm', 'SplitV', ({ x }, attributes: { numOrSizeSplits: number[]; axis: number }) => {
    const axis = tf.util.parseAxisParam(attributes.axis, x.shape)[0];
    return pieces(memory, x, axis, tf.backend_util.prepareSplitSize(x, attributes.numOrSizeSplits, axis));
  });
  replaceKernel('wasm', 'Unpack', ({ value }, attributes: { axis: number }) => {
    const axis = tf.util.parseAxisParam(attributes.axis, value.shape)[0];
    const shape = value.shape.filter((_, i) => i !== axis);
    return pieces(memory, value, axis, Array(value.shape[axis]).fill(1)).map((part) => ({ ...part, shape }));
  });
  replaceKernel('wasm', 'Concat', (inputs, attributes: { axis: number }) => {
    const parts = Object.values(inputs);
    return joined(memory, parts, tf.util.parseAxisParam(attributes.axis, parts[0].shape)[0]);
  });
  replaceKernel('wasm', 'Pack', (inputs, { axis }: { axis: number }) => {
    const parts = Object.values(inputs).map((part) => ({ ...part, shape: part.shape.toSpliced(axis, 0, 1) }));
    return joined(memory, parts, axis);
  });
  replaceKernel('wasm', 'Reverse', ({ x }, { dims }: { dims: number | number[] }) => {
    const axes = x.shape.length === 0 ? [] : tf.util.parseAxisParam(dims, x.shape);
    return axes.reduce(
      (turned, axis, i) => {
        const next = reversed(memory, turned, axis);
        if (i > 0) memory.free(turned);
        return next;
      },
      axes.length === 0 ? piece(memory, x, [], []) : x,
    );
  });
}

function piece(memory: WasmMemory, x: tf.TensorInfo, begin: number[], size: number[]): tf.TensorInfo {
  const y = memory.make(size, x.dtype);
  copyBox(memory, { tensor: x, begin }, { tensor: y, begin: begin.map(() => 0) }, size);
  return y;
}

function pieces(memory: WasmMemory, x: tf.TensorInfo, axis: number, sizes: number[]): tf.TensorInfo[] {
  let first = 0;
  return sizes.map((size) => {
    const begin = x.shape.map((_, i) => (i === axis ? first : 0));
    first += size;
    return piece(memory, x, begin, x.shape.with(axis, size));
  });
}

function joined(memory: WasmMemory, parts: tf.TensorInfo[], axis: number): tf.TensorInfo {
  const shapes = parts.map(({ shape }) => shape);
  tf.backend_util.assertParamsConsistent(shapes, axis);
  const y = memory.make(tf.backend_util.computeOutShape(shapes, axis), parts[0].dtype);
  let first = 0;
  for (const part of parts) {
    const begin = part.shape.map((_, i) => (i === axis ? first : 0));
    copyBox(memory, { tensor: part, begin: begin.map(() => 0) }, { tensor: y, begin }, part.shape);
    first += part.shape[axis];
  }
  return y;
}

function reversed(memory: WasmMemory, x: tf.TensorInfo, axis: number): tf.TensorInfo {
  const y = memory.make(x.shape, x.dtype);
  const bytes = tf.util.sizeFromShape(x.shape.slice(axis + 1)) * tf.util.bytesPerElement(x.dtype);
  const count = tf.util.sizeFromShape(x.shape.slice(0, axis));
  const step = x.shape[axis] * bytes;
  for (let i = 0; i < x.shape[axis]; i++) {
    const to = memory.addressOf(y) + (x.shape[axis] - 1 - i) * bytes;
    memory.run.copyBlocks(memory.addressOf(x) + i * bytes, step, to, step, bytes, count);
  }
  return y;
}

interface Corner {
  tensor: tf.TensorInfo;
  begin: number[];
}

/** Copies a box of values from its place in one tensor to its place in another one. */
function copyBox(memory: WasmMemory, from: Corner, to: Corner, size: number[]): void {
  if (size.includes(0)) return;
  let axis = size.length - 1;
  let bytes = tf.util.bytesPerElement(from.tensor.dtype); // that lie side by side in both
  for (; axis > 0 && size[axis] === from.tensor.shape[axis] && size[axis] === to.tensor.shape[axis]; axis--) {
    bytes *= size[axis];
  }
  if (axis >= 0) bytes *= size[axis];
  const count = axis > 0 ? size[axis - 1] : 1;
  const outer = size.slice(0, Math.max(0, axis - 1));
  const outerStrides = tf.util.computeStrides(outer);
  const [source, target] = [from, to].map(({ tensor, begin }) => {
    const width = tf.util.bytesPerElement(tensor.dtype);
    const strides = tensor.shape.map((_, i) => width * tf.util.sizeFromShape(tensor.shape.slice(i + 1)));
    const start = begin.reduce((at, place, i) => at + place * strides[i], memory.addressOf(tensor));
    return { start, strides, step: axis > 0 ? strides[axis - 1] : 0 };
  });
  for (let i = 0; i < tf.util.sizeFromShape(outer); i++) {
    const place = tf.util.indexToLoc(i, outer.length, outerStrides);
    const at = ({ start, strides }: typeof source) => place.reduce((sum, p, j) => sum + p * strides[j], start);
    memory.run.copyBlocks(at(source), source.step, at(target), target.step, bytes, count);
  }
}
