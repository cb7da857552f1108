import { expectAllClose } from '@heartllm/testing';
import { eachBackend } from '@heartllm/testing/backends';
import * as tf from '@tensorflow/tfjs-core';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { onGpu } from '../helpers/on-gpu.ts';
import { at, build, zip } from '../ops/naive.ts';
import { arrays, type Dtype, shapes, tensor } from './values.ts';

const sigmoid = (v: number) => 1 / (1 + Math.exp(-v));
const softplus = (v: number) => Math.max(v, 0) + Math.log1p(Math.exp(-Math.abs(v)));

/** What the models use, and their kin. */
const functions: [string, (x: tf.Tensor) => tf.Tensor, (v: number) => number][] = [
  ['neg', tf.neg, (v) => -v],
  ['abs', tf.abs, Math.abs],
  ['square', tf.square, (v) => v * v],
  ['sqrt', tf.sqrt, Math.sqrt],
  ['exp', tf.exp, Math.exp],
  ['expm1', tf.expm1, Math.expm1],
  ['log', tf.log, Math.log],
  ['log1p', tf.log1p, Math.log1p],
  ['sin', tf.sin, Math.sin],
  ['sigmoid', tf.sigmoid, sigmoid],
  ['logSigmoid', tf.logSigmoid, (v) => -softplus(-v)],
  ['softplus', tf.softplus, softplus],
  ['tanh', tf.tanh, Math.tanh],
  ['relu', tf.relu, (v) => Math.max(v, 0)],
  ['relu6', tf.relu6, (v) => Math.min(Math.max(v, 0), 6)],
  ['leakyRelu', (x) => tf.leakyRelu(x, 0.25), (v) => (v > 0 ? v : 0.25 * v)],
  ['silu', (x) => tf.mul(x, tf.sigmoid(x)), (v) => v * sigmoid(v)],
  ['sign', tf.sign, Math.sign],
  ['clipByValue', (x) => tf.clipByValue(x, -0.5, 0.75), (v) => Math.min(Math.max(v, -0.5), 0.75)],
];

await eachBackend(({ name, tolerance }) => {
  onGpu(name);
  const numRuns = name === 'webgpu' ? 30 : 100;
  const apply = async (f: (x: tf.Tensor) => tf.Tensor, values: number[]) => {
    const y = tf.tidy(() => f(tf.tensor1d(values)));
    const data = await y.data();
    y.dispose();
    return data;
  };

  describe('of a value of any size, alone, as in float64; NaN stays NaN', () => {
    test.each(functions)('%s', async (_, op, f) => {
      const positive = Number.isNaN(f(-1e-3));
      for (let exponent = -30; exponent <= 5; exponent++) {
        for (const mantissa of [1, 1.7]) {
          const value = Math.fround(mantissa * 2 ** exponent);
          const values = positive ? [value] : [value, -value].filter((v) => Number.isFinite(f(v)));
          // each of them is the largest of its own test: what is small is not lost beside what is not
          for (const v of values) expectAllClose(await apply(op, [v]), [Math.fround(f(v))], tolerance, `${v}`);
        }
      }
      const places = [0, 1, 2, 3, 4];
      for (const place of places) {
        const found = await apply(
          op,
          places.map((i) => (i === place ? Number.NaN : 0.5)),
        );
        expect(Array.from(found, Number.isNaN)).toEqual(places.map((i) => i === place));
      }
    });
  });

  test('maximum and minimum of any shapes are NaN where either is', async () => {
    const pairs = shapes({ maxLength: 4, most: 3 }).chain((shape) =>
      fc.record({
        a: arrays(shape, 'float32'),
        b: fc.array(fc.boolean(), { minLength: 4, maxLength: 4 }).chain((repeated) =>
          arrays(
            shape.map((length, axis) => (repeated[axis] ? 1 : length)),
            'float32',
          ),
        ),
        holes: fc.array(fc.nat(80), { maxLength: 4 }),
      }),
    );
    await fc.assert(
      fc.asyncProperty(pairs, async ({ a, b, holes }) => {
        for (const [i, hole] of holes.entries()) (i % 2 ? a : b).data[hole % (i % 2 ? a : b).data.length] = Number.NaN;
        for (const [op, f] of [
          [tf.maximum, Math.max],
          [tf.minimum, Math.min],
        ] as const) {
          for (const [x, y] of [
            [a, b],
            [b, a],
          ]) {
            const z = tf.tidy(() => op(tensor(x), tensor(y)));
            expectAllClose(await z.data(), zip(x, y, f).data, 1e-6);
            z.dispose();
          }
        }
      }),
      { numRuns },
    );
  });

  test('what is not 0 is true: casts to bool, and back', async () => {
    const values = [0, -0, 1e-30, -1e-30, 0.5, 1, -1, 2, 256, 65536, 2 ** 24, Number.NaN, Number.POSITIVE_INFINITY];
    const expected = values.map((v) => (v === 0 ? 0 : 1));
    expect([...(await apply((x) => tf.cast(x, 'bool'), values))]).toEqual(expected);
    expect([...(await apply((x) => tf.cast(tf.cast(x, 'bool'), 'float32'), values))]).toEqual(expected);
    expect([...(await apply((x) => tf.logicalNot(tf.cast(x, 'bool')), values))]).toEqual(expected.map((v) => 1 - v));
    const integers = [0, 1, -1, 255, 256, -256, 65536, 2 ** 24, -(2 ** 31), 2 ** 31 - 1];
    const y = tf.tidy(() => tf.cast(tf.tensor1d(integers, 'int32'), 'bool'));
    expect([...(await y.data())]).toEqual(integers.map((v) => Number(v !== 0)));
    y.dispose();
  });

  test('where and transpose move values of every type, also those that were cast', async () => {
    const cases = fc.constantFrom<Dtype>('float32', 'int32', 'bool').chain((dtype) =>
      fc.record({
        dtype: fc.constant(dtype),
        x: shapes({ minLength: 2, maxLength: 4, most: 4 }).chain((shape) => arrays(shape, dtype)),
        turn: fc.nat(3),
        mask: fc.array(fc.boolean(), { minLength: 1, maxLength: 7 }),
      }),
    );
    // on webgpu tfjs counts in float32
    const counted = (v: number) => (name === 'webgpu' && Math.abs(v) > 2 ** 24 ? Math.trunc(v / 2 ** 8) : v);
    await fc.assert(
      fc.asyncProperty(cases, async ({ dtype, x, turn, mask }) => {
        const rank = x.shape.length;
        const order = x.shape.map((_, axis) => (axis + turn) % rank);
        const shape = order.map((axis) => x.shape[axis]);
        const turned = build(shape, (index) =>
          at(
            x,
            x.shape.map((_, axis) => index[order.indexOf(axis)]),
          ),
        );
        const small = { ...x, data: x.data.map(counted) };
        const chosen = x.data.map((_, i) => Number(mask[i % mask.length]));
        const found = tf.tidy(() => [
          tf.transpose(tensor(x, dtype), order),
          tf.transpose(tf.cast(tensor(x, dtype), 'float32'), order),
          tf.where(
            tensor({ ...x, data: chosen }, 'bool') as tf.Tensor,
            tensor(small, dtype),
            tf.zerosLike(tensor(x, dtype)),
          ),
        ]);
        expect(Array.from(await found[0].data())).toEqual(Array.from(turned.data));
        expect(Array.from(await found[1].data())).toEqual(Array.from(turned.data, Math.fround));
        expect(Array.from(await found[2].data())).toEqual(Array.from(small.data, (v, i) => (chosen[i] ? v : 0)));
        tf.dispose(found);
      }),
      { numRuns },
    );
  });

  test('a slice beyond its tensor is refused, and embeddings of no tokens have a gradient of 0', async () => {
    const x = tf.ones([3, 4]);
    expect(() => tf.slice(x, [0, 0], [3, 5])).toThrow();
    expect(() => tf.slice(x, [2, 0], [2, 4])).toThrow();
    const gradient = tf.tidy(() => tf.grad((w) => tf.sum(tf.gather(w, tf.tensor1d([], 'int32'))))(x));
    expect(gradient.shape).toEqual([3, 4]);
    expect([...(await gradient.data())]).toEqual(Array(12).fill(0));
    tf.dispose([x, gradient]);
  });
});
