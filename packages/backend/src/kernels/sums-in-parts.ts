import * as tf from '@tensorflow/tfjs-core';
import { type AxisRun, axisRuns, reducedShape } from './reductions.ts';
import { type Replacing, replaceKernel } from './replace-kernel.ts';

interface Attributes {
  axis: number | number[];
  keepDims?: boolean;
}

/** Values that are added one after the other: their sum is off by 1e-5 of itself at most, whatever they are. */
const most = 256;
/** A shorter part is not worth its call; rather, zeros are added. */
const least = 32;

/**
 * Sum and Mean of many values as sums of sums, for backends that add them one after the other in float32: the mean of 2^25
 * values is then 0.1 % low on webgpu, and TensorFlow's over a first or middle axis 2 %.
 */
export function sumInParts(backendName: string): void {
  replaceKernel<Attributes>(backendName, 'Sum', ({ x }, { axis, keepDims }, { before }) => {
    const axes = tf.util.parseAxisParam(axis, x.shape);
    if (x.dtype !== 'float32' || count(x, axes) <= 4 * most) return before();
    return tf.tidy(() =>
      tf.reshape(
        axisRuns(x.shape, axes).reduce((y, run) => parts(y, run, before), x),
        reducedShape(x.shape, axes, keepDims),
      ),
    );
  });
  replaceKernel<Attributes>(backendName, 'Mean', ({ x }, { axis, keepDims }, { before }) => {
    const axes = tf.util.parseAxisParam(axis, x.shape);
    if (x.dtype === 'float32' && count(x, axes) <= 4 * most) return before();
    return tf.tidy(() => tf.div(tf.sum(tf.cast(x, 'float32'), axes, keepDims), count(x, axes)));
  });
}

const count = ({ shape }: tf.Tensor, axes: number[]) => axes.reduce((n, axis) => n * shape[axis], 1);

/** Of any shape, seen as [outer, n, inner] -> [outer, inner] */
function parts(x: tf.Tensor, { outer, n, inner }: AxisRun, before: Replacing['before']): tf.Tensor {
  let y = tf.reshape(x, [outer, n, inner]);
  let length = n;
  while (length > most) {
    let size = most;
    while (size >= least && length % size !== 0) size--;
    if (size < least) {
      size = most;
      const zeros = size - (length % size);
      y = tf.pad(y, [
        [0, 0],
        [0, zeros],
        [0, 0],
      ]);
      length += zeros;
    }
    length /= size;
    y = before({ x: tf.reshape(y, [outer, length, size, inner]) }, { axis: [2], keepDims: false });
  }
  return before({ x: tf.reshape(y, [outer, length, inner]) }, { axis: [1], keepDims: false });
}
