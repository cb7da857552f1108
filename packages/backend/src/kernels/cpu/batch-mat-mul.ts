import * as tf from '@tensorflow/tfjs-core';
import { matrixPositions } from '../batches.ts';
import { replaceKernel } from '../replace-kernel.ts';

/** What is used of tfjs' cpu backend object. */
interface CpuBackend extends tf.KernelBackend {
  data: { get(id: object): { values: tf.TypedArray } };
  makeTensorInfo(shape: number[], dtype: tf.DataType, values: tf.TypedArray): tf.TensorInfo;
}

interface Matrices {
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
  replaceKernel<{ transposeA?: boolean; transposeB?: boolean }>('cpu', 'BatchMatMul', (inputs, attributes, call) => {
    const backend = call.backend as CpuBackend;
    const a = matrices(backend, inputs.a, attributes.transposeA);
    const b = matrices(backend, inputs.b, attributes.transposeB);
    const outer = tf.broadcast_util.assertAndGetBroadcastShape(a.batch, b.batch);
    const [left, right] = [a, b].map(({ batch }) => matrixPositions(batch, outer));
    const size = a.rows * b.columns;
    const values = tf.util.getTypedArrayFromDType(inputs.a.dtype as 'float32', left.length * size);
    for (let i = 0; i < left.length; i++) product(a, left[i], b, right[i], values.subarray(i * size, (i + 1) * size));
    return backend.makeTensorInfo([...outer, a.rows, b.columns], inputs.a.dtype, values);
  });
}

function matrices(backend: CpuBackend, { dataId, shape }: tf.Tensor, transposed = false): Matrices {
  const { values } = backend.data.get(dataId);
  const [height, width] = shape.slice(-2);
  const batch = shape.slice(0, -2);
  if (transposed) return { values, batch, rows: width, columns: height, rowStep: 1, columnStep: width };
  return { values, batch, rows: height, columns: width, rowStep: width, columnStep: 1 };
}

/** One product, row by row, into `to`. */
function product(a: Matrices, left: number, b: Matrices, right: number, to: tf.TypedArray): void {
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
