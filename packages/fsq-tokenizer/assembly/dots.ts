import { multiplyAdd } from './multiply-add';
import { addStatistics } from './statistics';

/**
 * Eight output channels of a convolution: for every row, eight dot products over `n` neighbouring numbers.
 *
 * Rows are time steps with their channels side by side, so the samples under a kernel of any width lie in one piece, and
 * a convolution of any width, stride or dilation of the output is this one loop. Five rows at a time: their ten sums, two
 * vectors of weights, a sample and a product are what sixteen registers hold. Every sum is taken in the order of `n`.
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
  const wEnd4 = w + ((<usize>n >> 1) << 6);
  let wa = f32x4.splat(0);
  let wb = wa;
  let s = wa;
  let row = 0;
  for (; row + 5 <= rows; row += 5) {
    let x0 = x;
    let x1 = x0 + xStep;
    let x2 = x1 + xStep;
    let x3 = x2 + xStep;
    let x4 = x3 + xStep;
    let a0 = f32x4.splat(0);
    let b0 = f32x4.splat(0);
    let a1 = a0;
    let b1 = a0;
    let a2 = a0;
    let b2 = a0;
    let a3 = a0;
    let b3 = a0;
    let a4 = a0;
    let b4 = a0;
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
      a4 = v128.load(init);
      b4 = v128.load(init, 16);
      init += initStep;
    }
    let p = w;
    for (; p < wEnd4; p += 64) {
      // prettier
      wa = v128.load(p, 0);
      wb = v128.load(p, 16);
      s = v128.load_splat<f32>(x0, 0);
      a0 = multiplyAdd(s, wa, a0);
      b0 = multiplyAdd(s, wb, b0);
      s = v128.load_splat<f32>(x1, 0);
      a1 = multiplyAdd(s, wa, a1);
      b1 = multiplyAdd(s, wb, b1);
      s = v128.load_splat<f32>(x2, 0);
      a2 = multiplyAdd(s, wa, a2);
      b2 = multiplyAdd(s, wb, b2);
      s = v128.load_splat<f32>(x3, 0);
      a3 = multiplyAdd(s, wa, a3);
      b3 = multiplyAdd(s, wb, b3);
      s = v128.load_splat<f32>(x4, 0);
      a4 = multiplyAdd(s, wa, a4);
      b4 = multiplyAdd(s, wb, b4);
      wa = v128.load(p, 32);
      wb = v128.load(p, 48);
      s = v128.load_splat<f32>(x0, 4);
      a0 = multiplyAdd(s, wa, a0);
      b0 = multiplyAdd(s, wb, b0);
      s = v128.load_splat<f32>(x1, 4);
      a1 = multiplyAdd(s, wa, a1);
      b1 = multiplyAdd(s, wb, b1);
      s = v128.load_splat<f32>(x2, 4);
      a2 = multiplyAdd(s, wa, a2);
      b2 = multiplyAdd(s, wb, b2);
      s = v128.load_splat<f32>(x3, 4);
      a3 = multiplyAdd(s, wa, a3);
      b3 = multiplyAdd(s, wb, b3);
      s = v128.load_splat<f32>(x4, 4);
      a4 = multiplyAdd(s, wa, a4);
      b4 = multiplyAdd(s, wb, b4);
      x0 += 8;
      x1 += 8;
      x2 += 8;
      x3 += 8;
      x4 += 8;
    }
    for (; p < wEnd; p += 32) {
      wa = v128.load(p);
      wb = v128.load(p, 16);
      s = v128.load_splat<f32>(x0);
      a0 = multiplyAdd(s, wa, a0);
      b0 = multiplyAdd(s, wb, b0);
      s = v128.load_splat<f32>(x1);
      a1 = multiplyAdd(s, wa, a1);
      b1 = multiplyAdd(s, wb, b1);
      s = v128.load_splat<f32>(x2);
      a2 = multiplyAdd(s, wa, a2);
      b2 = multiplyAdd(s, wb, b2);
      s = v128.load_splat<f32>(x3);
      a3 = multiplyAdd(s, wa, a3);
      b3 = multiplyAdd(s, wb, b3);
      s = v128.load_splat<f32>(x4);
      a4 = multiplyAdd(s, wa, a4);
      b4 = multiplyAdd(s, wb, b4);
      x0 += 4;
      x1 += 4;
      x2 += 4;
      x3 += 4;
      x4 += 4;
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
    v128.store(y, a4);
    v128.store(y, b4, 16);
    y += yStep;
    if (statistics) {
      addStatistics(statistics, a0, a1, a2, a3, a4);
      addStatistics(statistics + 32, b0, b1, b2, b3, b4);
    }
    x += xStep * 5;
  }
  const zero = f32x4.splat(0);
  for (; row < rows; row++) {
    let a = zero;
    let b = zero;
    if (init) {
      a = v128.load(init);
      b = v128.load(init, 16);
      init += initStep;
    }
    let sx = x;
    for (let p = w; p < wEnd; p += 32) {
      const sample = v128.load_splat<f32>(sx);
      a = multiplyAdd(sample, v128.load(p), a);
      b = multiplyAdd(sample, v128.load(p, 16), b);
      sx += 4;
    }
    v128.store(y, a);
    v128.store(y, b, 16);
    y += yStep;
    if (statistics) {
      addStatistics(statistics, a, zero, zero, zero, zero);
      addStatistics(statistics + 32, b, zero, zero, zero, zero);
    }
    x += xStep;
  }
}
