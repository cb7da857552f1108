import * as tf from '@tensorflow/tfjs-core';
import type { OpCase } from './case.ts';
import { map, type NdArray, spread, zip } from './naive.ts';

const x = spread([3, 5], { low: -2, high: 2 });
const positive = spread([3, 5], { low: 0.2, high: 3 });

type Unary = (x: tf.Tensor) => tf.Tensor;
const unary = (name: string, input: NdArray, op: Unary, f: (value: number) => number): OpCase => ({
  name,
  inputs: [input],
  op,
  naive: (x) => map(x, f),
});

type Binary = (a: tf.Tensor, b: tf.Tensor) => tf.Tensor;
const binary = (name: string, op: Binary, f: (a: number, b: number) => number): OpCase[] =>
  [
    { how: 'equal shapes', b: [2, 3, 4] },
    { how: 'a row', b: [4] },
    { how: 'a column', b: [2, 1, 1] },
    { how: 'a scalar', b: [] },
  ].map(({ how, b }) => ({
    name: `${name}, ${how}`,
    inputs: [spread([2, 3, 4]), spread(b, { low: 0.3, high: 1.7, seed: 2 })],
    op,
    naive: (a, b) => zip(a, b, f),
  }));

const sigmoid = (v: number) => 1 / (1 + Math.exp(-v));

export const elementwise: OpCase[] = [
  ...binary('add', tf.add, (a, b) => a + b),
  ...binary('sub', tf.sub, (a, b) => a - b),
  ...binary('mul', tf.mul, (a, b) => a * b),
  ...binary('div', tf.div, (a, b) => a / b),
  ...binary('maximum', tf.maximum, Math.max),
  ...binary('minimum', tf.minimum, Math.min),
  ...binary('squaredDifference', tf.squaredDifference, (a, b) => (a - b) ** 2),
  unary('neg', x, tf.neg, (v) => -v),
  unary('abs', x, tf.abs, Math.abs),
  unary('square', x, tf.square, (v) => v * v),
  unary('sqrt', positive, tf.sqrt, Math.sqrt),
  unary('rsqrt', positive, tf.rsqrt, (v) => 1 / Math.sqrt(v)),
  unary('exp', x, tf.exp, Math.exp),
  unary('log', positive, tf.log, Math.log),
  unary('sin', x, tf.sin, Math.sin),
  unary('cos', x, tf.cos, Math.cos),
  unary('sigmoid', x, tf.sigmoid, sigmoid),
  unary('tanh', x, tf.tanh, Math.tanh),
  unary('relu', x, tf.relu, (v) => Math.max(v, 0)),
  unary(
    'leakyRelu 0.01',
    x,
    (x) => tf.leakyRelu(x, 0.01),
    (v) => (v > 0 ? v : 0.01 * v),
  ),
  unary(
    'silu as x sigmoid(x)',
    x,
    (x) => tf.mul(x, tf.sigmoid(x)),
    (v) => v * sigmoid(v),
  ),
  unary(
    'clipByValue',
    x,
    (x) => tf.clipByValue(x, -0.9, 1.1),
    (v) => Math.min(Math.max(v, -0.9), 1.1),
  ),
  unary('step', x, tf.step, (v) => (v > 0 ? 1 : 0)),
  {
    name: 'round, halves to even',
    inputs: [{ shape: [8], data: Float64Array.of(-2.5, -1.5, -0.5, -0.2, 0.5, 1.5, 1.7, 2.5) }],
    op: tf.round,
    naive: (x) => map(x, (v) => [-2, -2, 0, 0, 0, 2, 2, 2][x.data.indexOf(v)]),
    noGradient: 'zero',
  },
  {
    name: 'where with a mask that was there before',
    inputs: [spread([2, 3]), spread([2, 3], { seed: 2 })],
    op: (a, b) => tf.where(tf.tensor2d([1, 0, 0, 1, 1, 0], [2, 3], 'bool'), a, b),
    naive: (a, b) => ({ shape: [2, 3], data: a.data.map((v, i) => ([1, 0, 0, 1, 1, 0][i] ? v : b.data[i])) }),
  },
  {
    name: 'cast of bool to float32',
    inputs: [x],
    op: (x) => tf.mul(x, tf.cast(tf.tensor1d([1, 0, 1, 1, 0], 'bool'), 'float32')),
    naive: (x) => zip(x, { shape: [5], data: Float64Array.of(1, 0, 1, 1, 0) }, (a, b) => a * b),
  },
  {
    name: 'cast to int32 truncates',
    inputs: [x],
    op: (x) => tf.cast(x, 'int32'),
    naive: (x) => map(x, (v) => Math.trunc(v) + 0),
    noGradient: 'passed through',
  },
];
