import * as tf from '@tensorflow/tfjs-core';
import { matrixPositions } from './batches.ts';
import { replaceKernel } from './replace-kernel.ts';

interface Attributes {
  transposeA?: boolean;
  transposeB?: boolean;
}

/**
 * Writes out the batches of matMul before they meet: the kernels of tfjs count through the smaller one again and again,
 * which pairs other matrices where an axis of length 1 is not the first. A product of nothing is 0.
 */
export function repairBatches(backendName: string): void {
  for (const kernelName of ['BatchMatMul', '_FusedMatMul']) {
    replaceKernel<Attributes>(
      backendName,
      kernelName,
      ({ a, b, ...others }, { transposeA, transposeB }, { before }) => {
        const outer = tf.broadcast_util.assertAndGetBroadcastShape(a.shape.slice(0, -2), b.shape.slice(0, -2));
        if (kernelName === 'BatchMatMul' && (a.size === 0 || b.size === 0)) {
          return tf.zeros([...outer, a.shape.at(transposeA ? -1 : -2)!, b.shape.at(transposeB ? -2 : -1)!]);
        }
        const fits = (x: tf.Tensor) => {
          const size = tf.util.sizeFromShape(x.shape.slice(0, -2));
          return size === 1 || size === tf.util.sizeFromShape(outer);
        };
        if (fits(a) && fits(b)) return before();
        return tf.tidy(() => before({ a: repeated(a, outer), b: repeated(b, outer), ...others }));
      },
    );
  }
}

/** [..., rows, columns] -> [...outer, rows, columns] */
function repeated(x: tf.Tensor, outer: number[]): tf.Tensor {
  const [batch, matrix] = [x.shape.slice(0, -2), x.shape.slice(-2)];
  const flat = tf.reshape(x, [-1, matrix[0] * matrix[1]]);
  const all = tf.gather(flat, tf.tensor1d(matrixPositions(batch, outer), 'int32'));
  return tf.reshape(all, [...outer, ...matrix]);
}
