import * as tf from '@tensorflow/tfjs-core';
import type { OpCase } from './case.ts';
import { at, build, type NdArray, reshape, spread } from './naive.ts';

const x = spread([2, 3, 4]);
const table = spread([6, 3]);
const ids = [4, 0, 4, 2, 5, 4];

export const shapes: OpCase[] = [
  { name: 'reshape', inputs: [x], op: (x) => tf.reshape(x, [6, 4]), naive: (x) => reshape(x, [6, 4]) },
  { name: 'expandDims', inputs: [x], op: (x) => tf.expandDims(x, 1), naive: (x) => reshape(x, [2, 1, 3, 4]) },
  ...[
    [0, 2, 1],
    [1, 0, 2],
    [2, 0, 1],
    [2, 1, 0],
  ].map((order) => ({
    name: `transpose ${order}`,
    inputs: [x],
    op: (x: tf.Tensor) => tf.transpose(x, order),
    naive: (x: NdArray) => {
      const shape = order.map((axis) => x.shape[axis]);
      return build(shape, (index) =>
        at(
          x,
          [0, 1, 2].map((axis) => index[order.indexOf(axis)]),
        ),
      );
    },
  })),
  {
    name: 'transpose of four axes, as for attention heads',
    inputs: [spread([2, 3, 2, 4])],
    op: (x) => tf.transpose(x, [0, 2, 1, 3]),
    naive: (x) => build([2, 2, 3, 4], ([n, h, t, d]) => at(x, [n, t, h, d])),
  },
  ...[0, 1, 2].map((axis) => ({
    name: `concat over axis ${axis}`,
    inputs: [
      spread([2, 3, 4]),
      spread(
        [2, 3, 4].map((n, a) => (a === axis ? 2 : n)),
        { seed: 2 },
      ),
    ],
    op: (a: tf.Tensor, b: tf.Tensor) => tf.concat([a, b], axis),
    naive: (a: NdArray, b: NdArray) => {
      const first = a.shape[axis];
      const shape = a.shape.map((n, i) => (i === axis ? n + 2 : n));
      return build(shape, (index) =>
        index[axis] < first
          ? at(a, index)
          : at(
              b,
              index.map((i, k) => (k === axis ? i - first : i)),
            ),
      );
    },
  })),
  {
    name: 'stack and unstack',
    inputs: [x],
    op: (x) => tf.stack(tf.unstack(x, 1), 0),
    naive: (x) => build([3, 2, 4], ([t, n, c]) => at(x, [n, t, c])),
  },
  {
    name: 'split into unequal parts, put together in another order',
    inputs: [x],
    op: (x) => {
      const [a, b] = tf.split(x, [1, 3], 2);
      return tf.concat([b, a], 2);
    },
    naive: (x) => build([2, 3, 4], ([n, t, c]) => at(x, [n, t, (c + 1) % 4])),
  },
  {
    name: 'slice',
    inputs: [x],
    op: (x) => tf.slice(x, [1, 0, 1], [1, 2, 3]),
    naive: (x) => build([1, 2, 3], ([n, t, c]) => at(x, [n + 1, t, c + 1])),
  },
  {
    name: 'pad',
    inputs: [x],
    op: (x) =>
      tf.pad(x, [
        [0, 0],
        [1, 2],
        [0, 1],
      ]),
    naive: (x) => build([2, 6, 5], ([n, t, c]) => at(x, [n, t - 1, c])),
  },
  {
    name: 'tile',
    inputs: [x],
    op: (x) => tf.tile(x, [1, 2, 3]),
    naive: (x) => build([2, 6, 12], ([n, t, c]) => at(x, [n, t % 3, c % 4])),
  },
  {
    name: 'broadcastTo',
    inputs: [spread([2, 1, 4])],
    op: (x) => tf.broadcastTo(x, [2, 3, 4]),
    naive: (x) => build([2, 3, 4], (index) => at(x, index)),
  },
  {
    name: 'reverse',
    inputs: [x],
    op: (x) => tf.reverse(x, 1),
    naive: (x) => build([2, 3, 4], ([n, t, c]) => at(x, [n, 2 - t, c])),
  },
  {
    name: 'gather of rows, some of them several times and some never',
    inputs: [table],
    op: (x) => tf.gather(x, tf.tensor2d(ids, [2, 3], 'int32')),
    naive: (x) => build([2, 3, 3], ([n, t, c]) => at(x, [ids[n * 3 + t], c])),
  },
  {
    name: 'gather along the last axis',
    inputs: [x],
    op: (x) => tf.gather(x, tf.tensor1d([3, 1, 3], 'int32'), 2),
    naive: (x) => build([2, 3, 3], ([n, t, c]) => at(x, [n, t, [3, 1, 3][c]])),
  },
  {
    name: 'oneHot times the logits picks the targets',
    inputs: [table],
    op: (x) => tf.sum(tf.mul(x, tf.oneHot(tf.tensor1d([0, 2, 1, 1, 0, 2], 'int32'), 3)), 1),
    naive: (x) => build([6], ([n]) => at(x, [n, [0, 2, 1, 1, 0, 2][n]])),
  },
  {
    name: 'oneHot of -1 (an ignored label) is all zero',
    inputs: [spread([2, 3])],
    op: (x) => tf.mul(x, tf.oneHot(tf.tensor1d([-1, 2], 'int32'), 3)),
    naive: (x) => build([2, 3], ([n, c]) => (n === 1 && c === 2 ? at(x, [n, c]) : 0)),
  },
];
