import * as tf from '@tensorflow/tfjs-core';
import { replaceKernel } from './replace-kernel.ts';
import type { Matrix, WasmMemory } from './wasm/memory.ts';

interface Attributes {
  transposeA?: boolean;
  transposeB?: boolean;
}

/** @returns the batch of the result */
function outerShape(a: tf.Tensor, b: tf.Tensor, { transposeA, transposeB }: Attributes): number[] {
  const [left, right] = [a.shape.at(transposeA ? -2 : -1), b.shape.at(transposeB ? -1 : -2)];
  if (left !== right) throw new Error(`matMul: inner lengths ${left} and ${right} of [${a.shape}] and [${b.shape}]`);
  return tf.broadcast_util.assertAndGetBroadcastShape(a.shape.slice(0, -2), b.shape.slice(0, -2));
}

/**
 * Which matrix of a batch meets which one of the result, for all that are multiplied.
 *
 * @param batch axes before the matrix, of which those of length 1 are repeated
 * @param outer the batch of the result, which `batch` can be broadcast to
 * @returns for each matrix of the result a position in the batch, row by row
 */
function matrixPositions(batch: number[], outer: number[]): number[] {
  const strides = tf.util.computeStrides(outer);
  return Array.from({ length: tf.util.sizeFromShape(outer) }, (_, index) => {
    const place = tf.util.indexToLoc(index, outer.length, strides).slice(outer.length - batch.length);
    return batch.reduce((at, length, axis) => at * length + (length === 1 ? 0 : place[axis]), 0);
  });
}

/**
 * Writes out the batches of matMul before they meet: the kernels of tfjs count through the smaller one again and again,
 * which pairs other matrices where an axis of length 1 is not the first. A product of nothing is 0.
 */
export function repairBatches(backendName: string, kernelNames: ('BatchMatMul' | '_FusedMatMul')[]): void {
  for (const kernelName of kernelNames) {
    replaceKernel<Attributes>(backendName, kernelName, ({ a, b, ...others }, attributes, { before }) => {
      const outer = outerShape(a, b, attributes);
      const { transposeA, transposeB } = attributes;
      if (kernelName === 'BatchMatMul' && (a.size === 0 || b.size === 0)) {
        return tf.zeros([...outer, a.shape.at(transposeA ? -1 : -2)!, b.shape.at(transposeB ? -2 : -1)!]);
      }
      const fits = (x: tf.Tensor) => {
        const size = tf.util.sizeFromShape(x.shape.slice(0, -2));
        return size === 1 || size === tf.util.sizeFromShape(outer);
      };
      if (fits(a) && fits(b)) return before();
      return tf.tidy(() => before({ a: repeated(a, outer), b: repeated(b, outer), ...others }));
    });
  }
}

/** [..., rows, columns] -> [...outer, rows, columns] */
function repeated(x: tf.Tensor, outer: number[]): tf.Tensor {
  const [batch, matrix] = [x.shape.slice(0, -2), x.shape.slice(-2)];
  const flat = tf.reshape(x, [-1, matrix[0] * matrix[1]]);
  const all = tf.gather(flat, tf.tensor1d(matrixPositions(batch, outer), 'int32'));
  return tf.reshape(all, [...outer, ...matrix]);
}

/** What is used of tfjs' cpu backend object. */
interface CpuBackend extends tf.KernelBackend {
  data: { get(id: object): { values: tf.TypedArray } };
  makeTensorInfo(shape: number[], dtype: tf.DataType, values: tf.TypedArray): tf.TensorInfo;
}

interface CpuMatrices {
  values: tf.TypedArray;
  batch: number[];
  rows: number;
  columns: number;
  rowStep: number;
  columnStep: number;
}

/**
 * BatchMatMul for cpu, in double precision: that of tfjs pairs the wrong matrices where a batch is broadcast, and adds up
 * blocks of 48 products in single precision.
 */
export function registerCpuBatchMatMul(): void {
  replaceKernel<Attributes>('cpu', 'BatchMatMul', (inputs, attributes, call) => {
    const backend = call.backend as CpuBackend;
    const a = cpuMatrices(backend, inputs.a, attributes.transposeA);
    const b = cpuMatrices(backend, inputs.b, attributes.transposeB);
    const outer = outerShape(inputs.a, inputs.b, attributes);
    const [left, right] = [a, b].map(({ batch }) => matrixPositions(batch, outer));
    const size = a.rows * b.columns;
    const values = tf.util.getTypedArrayFromDType(inputs.a.dtype as 'float32', left.length * size);
    for (let i = 0; i < left.length; i++) product(a, left[i], b, right[i], values.subarray(i * size, (i + 1) * size));
    return backend.makeTensorInfo([...outer, a.rows, b.columns], inputs.a.dtype, values);
  });
}

function cpuMatrices(backend: CpuBackend, { dataId, shape }: tf.Tensor, transposed = false): CpuMatrices {
  const { values } = backend.data.get(dataId);
  const [height, width] = shape.slice(-2);
  const batch = shape.slice(0, -2);
  if (transposed) return { values, batch, rows: width, columns: height, rowStep: 1, columnStep: width };
  return { values, batch, rows: height, columns: width, rowStep: width, columnStep: 1 };
}

/** One product, row by row, into `to`. */
function product(a: CpuMatrices, left: number, b: CpuMatrices, right: number, to: tf.TypedArray): void {
  const sums = new Float64Array(b.columns);
  for (let i = 0; i < a.rows; i++) {
    sums.fill(0);
    let at = left * a.rows * a.columns + i * a.rowStep;
    for (let k = 0; k < a.columns; k++, at += a.columnStep) {
      const value = a.values[at];
      let from = right * b.rows * b.columns + k * b.rowStep;
      for (let j = 0; j < b.columns; j++, from += b.columnStep) sums[j] += value * b.values[from];
    }
    to.set(sums, i * b.columns);
  }
}

/**
 * BatchMatMul for wasm: that of tfjs is fast for a single pair of matrices without transposition only, and takes four
 * times as long even there.
 */
export function registerWasmBatchMatMul(memory: WasmMemory): void {
  replaceKernel<Attributes>('wasm', 'BatchMatMul', ({ a, b }, attributes) => {
    const left = wasmMatrices(memory, a, attributes.transposeA);
    const right = wasmMatrices(memory, b, attributes.transposeB);
    const batch = outerShape(a, b, attributes);
    const [lefts, rights] = [left, right].map((of) => matrixPositions(of.batch, batch));
    const y = memory.zeros([...batch, left.rows, right.columns]);
    const row = 4 * right.columns;
    for (const [i, position] of lefts.entries()) {
      const at = memory.addressOf(y) + i * left.rows * row;
      const to = { at, row };
      memory.addProduct([left.rows, left.columns, right.columns], left.of(position), right.of(rights[i]), to);
    }
    return y;
  });
}

/** The matrices of a tensor, after transposition, by their position in its batch. */
function wasmMatrices(memory: WasmMemory, { dataId, shape, dtype }: tf.TensorInfo, transposed = false) {
  if (dtype !== 'float32') throw new Error(`matMul: expected float32, found ${dtype}`);
  const [height, width] = shape.slice(-2);
  const start = memory.addressOf({ dataId, shape, dtype });
  const of = (position: number): Matrix => {
    const at = start + 4 * position * height * width;
    return transposed ? { at, row: 4, column: 4 * width } : { at, row: 4 * width, column: 4 };
  };
  const batch = shape.slice(0, -2);
  return { batch, rows: transposed ? width : height, columns: transposed ? height : width, of };
}
