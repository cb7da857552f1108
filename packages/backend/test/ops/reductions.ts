import * as tf from '@tensorflow/tfjs-core';
import type { OpCase } from './case.ts';
import { at, build, map, type NdArray, reduce, reshape, spread, sum } from './naive.ts';

const x = spread([2, 3, 4], { low: -2, high: 2 });

type Reduce = (x: tf.Tensor, axis: number[], keepDims: boolean) => tf.Tensor;
const reduction = (name: string, op: Reduce, f: (values: number[]) => number): OpCase[] =>
  [[2], [0], [1, 2], [0, 1, 2]].flatMap((axes) =>
    [true, false].map((keepDims) => ({
      name: `${name} over axes ${axes}${keepDims ? ', kept' : ''}`,
      inputs: [x],
      op: (x: tf.Tensor) => op(x, axes, keepDims),
      naive: (x: NdArray) => {
        const kept = reduce(x, axes, f);
        return keepDims
          ? kept
          : reshape(
              kept,
              x.shape.filter((_, axis) => !axes.includes(axis)),
            );
      },
    })),
  );

const logSumExp = (values: number[]) => Math.log(sum(values.map(Math.exp)));
const softmax = (x: NdArray) => {
  const last = x.shape.length - 1;
  const norm = reduce(x, [last], logSumExp);
  return build(x.shape, (index) => Math.exp(at(x, index) - at(norm, index)));
};

export const reductions: OpCase[] = [
  ...reduction('sum', tf.sum, sum),
  ...reduction('mean', tf.mean, (values) => sum(values) / values.length),
  ...reduction('max', tf.max, (values) => Math.max(...values)),
  ...reduction('logSumExp', tf.logSumExp, logSumExp),
  { name: 'softmax', inputs: [x], op: (x) => tf.softmax(x), naive: softmax },
  {
    name: 'softmax, stable for large logits',
    inputs: [spread([3, 6], { low: 80, high: 100 })],
    op: (x) => tf.softmax(x),
    naive: softmax,
  },
  { name: 'logSoftmax', inputs: [x], op: (x) => tf.logSoftmax(x), naive: (x) => map(softmax(x), Math.log) },
  {
    name: 'argMax over the last axis',
    inputs: [x],
    op: (x) => tf.argMax(x, -1),
    naive: (x) =>
      reshape(
        reduce(x, [2], (values) => values.indexOf(Math.max(...values))),
        [2, 3],
      ),
    noGradient: 'zero',
  },
  ...[
    { exclusive: false, reverse: false },
    { exclusive: true, reverse: false },
    { exclusive: false, reverse: true },
  ].map(({ exclusive, reverse }) => ({
    name: `cumsum${exclusive ? ', exclusive' : ''}${reverse ? ', reversed' : ''}`,
    inputs: [x],
    op: (x: tf.Tensor) => tf.cumsum(x, 1, exclusive, reverse),
    naive: (x: NdArray) =>
      build(x.shape, ([n, t, c]) => {
        const counted = (s: number) => (reverse ? s >= t : s <= t) && !(exclusive && s === t);
        return sum([0, 1, 2].filter(counted).map((s) => at(x, [n, s, c])));
      }),
  })),
];
