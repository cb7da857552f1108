import * as tf from '@tensorflow/tfjs-core';
import type { Matrix, WasmMemory } from './memory.ts';
import { replaceKernel } from './replace-kernel.ts';

/**
 * BatchMatMul for wasm: that of tfjs is fast for a single pair of matrices without transposition only, and takes four
 * times as long even there.
 */
export function registerBatchMatMul(memory: WasmMemory): void {
  replaceKernel(
    'BatchMatMul',
    ({ a, b }, { transposeA, transposeB }: { transposeA?: boolean; transposeB?: boolean }) => {
      const left = matrices(memory, a, Boolean(transposeA));
      const right = matrices(memory, b, Boolean(transposeB));
      if (left.columns !== right.rows) {
        throw new Error(`matMul: inner lengths ${left.columns} and ${right.rows} of [${a.shape}] and [${b.shape}]`);
      }
      const batch = tf.broadcast_util.assertAndGetBroadcastShape(left.batch, right.batch);
      const y = memory.zeros([...batch, left.rows, right.columns]);
      const row = 4 * right.columns;
      for (let i = 0; i < tf.util.sizeFromShape(batch); i++) {
        const at = memory.addressOf(y) + i * left.rows * row;
        memory.addProduct([left.rows, left.columns, right.columns], left.of(i, batch), right.of(i, batch), { at, row });
      }
      return y;
    },
  );
}

/** The matrices of a tensor, after transposition. */
function matrices(memory: WasmMemory, { dataId, shape, dtype }: tf.TensorInfo, transposed: boolean) {
  if (dtype !== 'float32') throw new Error(`matMul: expected float32, found ${dtype}`);
  const [height, width] = shape.slice(-2);
  const batch = shape.slice(0, -2);
  const start = memory.addressOf({ dataId, shape, dtype });
  /** The matrix that a broadcast one of `outer` is. */
  const of = (index: number, outer: number[]): Matrix => {
    const place = tf.util
      .indexToLoc(index, outer.length, tf.util.computeStrides(outer))
      .slice(outer.length - batch.length);
    const own = batch.reduce((at, length, axis) => at * length + (length === 1 ? 0 : place[axis]), 0);
    const at = start + 4 * own * height * width;
    return transposed ? { at, row: 4, column: 4 * width } : { at, row: 4 * width, column: 4 };
  };
  return { batch, rows: transposed ? width : height, columns: transposed ? height : width, of };
}
