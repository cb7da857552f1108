import { multiplyAdd } from './multiply-add';
import { addStatistics } from './statistics';

/**
 * Eight output channels of a convolution: for every row, eight dot products over `n` neighbouring numbers.
 *
 * Rows are time steps with their channels side by side, so the samples under a kernel of any width lie in one piece, and
 * a convolution of any width, stride or spacing of the output is this one loop. Four rows at a time: eight sums, two
 * vectors of weights, four samples and a product are what the fifteen registers that engines have to give can hold; five
 * rows, or an unrolled loop, make V8 spill sums to the stack. Every sum is taken in the order of `n`.
 *
 * Addresses and steps are in bytes.
 *
 * @param x first number under the kernel for the first row; `xStep` on from row to row
 * @param w weights [n][8]
 * @param init what the sums start from, [rows][8] with a step (0: the same for all); address 0 for zeros
 * @param y [rows][8] with a step
 * @param statistics where sums and squares are gathered (see statistics.ts); 0 for nowhere
 */
export function dots(
  x: usize,
  xStep: usize,
  n: i32,
  w: usize,
  init: usize,
  initStep: usize,
  y: usize,
  yStep: usize,
  rows: i32,
  statistics: usize,
): void {
  const wEnd = w + ((<usize>n) << 5);
  const zero = f32x4.splat(0);
  let row = 0;
  for (; row + 4 <= rows; row += 4) {
    let x0 = x;
    let x1 = x0 + xStep;
    let x2 = x1 + xStep;
    let x3 = x2 + xStep;
    let a0 = zero;
    let b0 = zero;
    let a1 = zero;
    let b1 = zero;
    let a2 = zero;
    let b2 = zero;
    let a3 = zero;
    let b3 = zero;
    if (init) {
      a0 = v128.load(init);
      b0 = v128.load(init, 16);
      init += initStep;
      a1 = v128.load(init);
      b1 = v128.load(init, 16);
      init += initStep;
      a2 = v128.load(init);
      b2 = v128.load(init, 16);
      init += initStep;
      a3 = v128.load(init);
      b3 = v128.load(init, 16);
      init += initStep;
    }
    for (let p = w; p < wEnd; p += 32) {
      const wa = v128.load(p);
      const wb = v128.load(p, 16);
      const s0 = v128.load_splat<f32>(x0);
      a0 = multiplyAdd(s0, wa, a0);
      b0 = multiplyAdd(s0, wb, b0);
      const s1 = v128.load_splat<f32>(x1);
      a1 = multiplyAdd(s1, wa, a1);
      b1 = multiplyAdd(s1, wb, b1);
      const s2 = v128.load_splat<f32>(x2);
      a2 = multiplyAdd(s2, wa, a2);
      b2 = multiplyAdd(s2, wb, b2);
      const s3 = v128.load_splat<f32>(x3);
      a3 = multiplyAdd(s3, wa, a3);
      b3 = multiplyAdd(s3, wb, b3);
      x0 += 4;
      x1 += 4;
      x2 += 4;
      x3 += 4;
    }
    v128.store(y, a0);
    v128.store(y, b0, 16);
    y += yStep;
    v128.store(y, a1);
    v128.store(y, b1, 16);
    y += yStep;
    v128.store(y, a2);
    v128.store(y, b2, 16);
    y += yStep;
    v128.store(y, a3);
    v128.store(y, b3, 16);
    y += yStep;
    if (statistics) {
      addStatistics(statistics, a0, a1, a2, a3);
      addStatistics(statistics + 32, b0, b1, b2, b3);
    }
    x += xStep << 2;
  }
  for (; row < rows; row++) {
    let a = zero;
    let b = zero;
    if (init) {
      a = v128.load(init);
      b = v128.load(init, 16);
      init += initStep;
    }
    let sample = x;
    for (let p = w; p < wEnd; p += 32) {
      const s = v128.load_splat<f32>(sample);
      a = multiplyAdd(s, v128.load(p), a);
      b = multiplyAdd(s, v128.load(p, 16), b);
      sample += 4;
    }
    v128.store(y, a);
    v128.store(y, b, 16);
    y += yStep;
    if (statistics) {
      addStatistics(statistics, a, zero, zero, zero);
      addStatistics(statistics + 32, b, zero, zero, zero);
    }
    x += xStep;
  }
}
