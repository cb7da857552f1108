import * as tf from '@tensorflow/tfjs-core';
import { matrixPositions } from '../batches.ts';
import { replaceKernel } from '../replace-kernel.ts';
import type { Matrix, WasmMemory } from './memory.ts';

/**
 * BatchMatMul for wasm: that of tfjs is fast for a single pair of matrices without transposition only, and takes four
 * times as long even there.
 */
export function registerBatchMatMul(memory: WasmMemory): void {
  replaceKernel<{ transposeA?: boolean; transposeB?: boolean }>(
    'wasm',
    'BatchMatMul',
    ({ a, b }, { transposeA, transposeB }) => {
      const left = matrices(memory, a, Boolean(transposeA));
      const right = matrices(memory, b, Boolean(transposeB));
      if (left.columns !== right.rows) {
        throw new Error(`matMul: inner lengths ${left.columns} and ${right.rows} of [${a.shape}] and [${b.shape}]`);
      }
      const batch = tf.broadcast_util.assertAndGetBroadcastShape(left.batch, right.batch);
      const [lefts, rights] = [left, right].map((of) => matrixPositions(of.batch, batch));
      const y = memory.zeros([...batch, left.rows, right.columns]);
      const row = 4 * right.columns;
      for (const [i, position] of lefts.entries()) {
        const at = memory.addressOf(y) + i * left.rows * row;
        const to = { at, row };
        memory.addProduct([left.rows, left.columns, right.columns], left.of(position), right.of(rights[i]), to);
      }
      return y;
    },
  );
}

/** The matrices of a tensor, after transposition, by their position in its batch. */
function matrices(memory: WasmMemory, { dataId, shape, dtype }: tf.TensorInfo, transposed: boolean) {
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
