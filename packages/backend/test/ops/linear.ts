import * as tf from '@tensorflow/tfjs-core';
import type { OpCase } from './case.ts';
import { at, build, type NdArray, reshape, spread, total } from './naive.ts';

const flips = [
  { ta: false, tb: false },
  { ta: false, tb: true },
  { ta: true, tb: false },
  { ta: true, tb: true },
];

const matMuls: OpCase[] = [
  { how: 'matrices', a: [], b: [], n: 1 },
  { how: 'a batch', a: [3], b: [3], n: 3 },
  { how: 'a batch and one matrix', a: [3], b: [1], n: 3 },
  { how: 'two batch axes', a: [2, 2], b: [2, 2], n: 4 },
].flatMap(({ how, a, b, n }) =>
  flips.map(({ ta, tb }) => ({
    name: `matMul of ${how}${ta ? ', a transposed' : ''}${tb ? ', b transposed' : ''}`,
    inputs: [spread([...a, ...(ta ? [5, 2] : [2, 5])]), spread([...b, ...(tb ? [3, 5] : [5, 3])], { seed: 2 })],
    op: (x: tf.Tensor, y: tf.Tensor) => tf.matMul(x, y, ta, tb),
    naive: (x: NdArray, y: NdArray) => {
      const x3 = reshape(x, [n, ...x.shape.slice(-2)]);
      const y3 = reshape(y, [y.data.length / 15, ...y.shape.slice(-2)]);
      const product = build([n, 2, 3], ([i, r, c]) =>
        total(5, (k) => at(x3, [i, ...(ta ? [k, r] : [r, k])]) * at(y3, [i, ...(tb ? [c, k] : [k, c])])),
      );
      return reshape(product, [...a, 2, 3]);
    },
  })),
);

/** x [N, H, W, Cin], filter [KH, KW, Cin, Cout], zeros outside. */
function convolve(x: NdArray, filter: NdArray, stride: number[], before: number[], out: number[]): NdArray {
  const [kh, kw, cin, cout] = filter.shape;
  return build([x.shape[0], ...out, cout], ([n, i, j, o]) =>
    total(kh, (a) =>
      total(kw, (b) => {
        const row = i * stride[0] - before[0] + a;
        const column = j * stride[1] - before[1] + b;
        if (row < 0 || column < 0 || row >= x.shape[1] || column >= x.shape[2]) return 0;
        return total(cin, (c) => at(x, [n, row, column, c]) * at(filter, [a, b, c, o]));
      }),
    ),
  );
}

const convolutions: OpCase[] = [
  { height: 1, width: 9, kernel: [1, 3], stride: [1, 1], pad: 'valid' as const, before: [0, 0], out: [1, 7] },
  { height: 1, width: 9, kernel: [1, 3], stride: [1, 2], pad: 'valid' as const, before: [0, 0], out: [1, 4] },
  { height: 1, width: 10, kernel: [1, 3], stride: [1, 2], pad: 'valid' as const, before: [0, 0], out: [1, 4] },
  { height: 1, width: 9, kernel: [1, 7], stride: [1, 2], pad: 'valid' as const, before: [0, 0], out: [1, 2] },
  { height: 1, width: 9, kernel: [1, 1], stride: [1, 1], pad: 'valid' as const, before: [0, 0], out: [1, 9] },
  { height: 1, width: 9, kernel: [1, 1], stride: [1, 2], pad: 'valid' as const, before: [0, 0], out: [1, 5] },
  { height: 1, width: 9, kernel: [1, 5], stride: [1, 1], pad: 'same' as const, before: [0, 2], out: [1, 9] },
  { height: 1, width: 8, kernel: [1, 3], stride: [1, 2], pad: 'same' as const, before: [0, 0], out: [1, 4] },
  { height: 4, width: 5, kernel: [3, 2], stride: [2, 1], pad: 'valid' as const, before: [0, 0], out: [1, 4] },
  { height: 4, width: 5, kernel: [3, 3], stride: [2, 2], pad: 'same' as const, before: [0, 1], out: [2, 3] },
].map(({ height, width, kernel, stride, pad, before, out }) => ({
  name: `conv2d ${height}x${width}, kernel ${kernel}, stride ${stride}, pad ${pad}`,
  inputs: [spread([2, height, width, 3]), spread([...kernel, 3, 2], { seed: 2 })],
  op: (x: tf.Tensor, filter: tf.Tensor) =>
    tf.conv2d(x as tf.Tensor4D, filter as tf.Tensor4D, stride as [number, number], pad),
  naive: (x: NdArray, filter: NdArray) => convolve(x, filter, stride, before, out),
}));

const transposed: OpCase[] = [
  { width: 4, kernel: 4, stride: 2, pad: 'same' as const, before: 1, out: 8 },
  { width: 4, kernel: 3, stride: 2, pad: 'valid' as const, before: 0, out: 9 },
  { width: 6, kernel: 3, stride: 1, pad: 'same' as const, before: 1, out: 6 },
].map(({ width, kernel, stride, pad, before, out }) => ({
  name: `conv2dTranspose to ${out}, kernel ${kernel}, stride ${stride}, pad ${pad}`,
  inputs: [spread([2, 1, width, 3]), spread([1, kernel, 2, 3], { seed: 2 })],
  op: (x: tf.Tensor, filter: tf.Tensor) =>
    tf.conv2dTranspose(x as tf.Tensor4D, filter as tf.Tensor4D, [2, 1, out, 2], [1, stride], pad),
  naive: (x: NdArray, filter: NdArray) =>
    build([2, 1, out, 2], ([n, , j, o]) =>
      total(kernel, (k) => {
        const source = (j + before - k) / stride;
        if (!Number.isInteger(source) || source < 0 || source >= width) return 0;
        return total(3, (c) => at(x, [n, 0, source, c]) * at(filter, [0, k, o, c]));
      }),
    ),
}));

const pooling: OpCase[] = [
  {
    name: 'maxPool 1x3, stride 1, same',
    inputs: [spread([2, 1, 7, 3])],
    op: (x) => tf.maxPool(x as tf.Tensor4D, [1, 3], 1, 'same'),
    naive: (x) =>
      build([2, 1, 7, 3], ([n, , t, c]) =>
        Math.max(...[t - 1, t, t + 1].filter((s) => s >= 0 && s < 7).map((s) => at(x, [n, 0, s, c]))),
      ),
  },
];

export const linear: OpCase[] = [...matMuls, ...convolutions, ...transposed, ...pooling];
