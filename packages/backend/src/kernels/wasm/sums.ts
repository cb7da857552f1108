import * as tf from '@tensorflow/tfjs-core';
import { axisRuns, reducedShape } from '../axis-runs.ts';
import { replaceKernel } from '../replace-kernel.ts';
import type { WasmMemory } from './memory.ts';

interface Attributes {
  axis: number | number[];
  keepDims?: boolean;
}

/**
 * Sum and Mean for wasm, in double precision: tfjs adds one float32 after the other, so that a loss over twelve million
 * values is 2 % low, and turns round what is not summed over its last axes.
 */
export function registerSums(memory: WasmMemory): void {
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
