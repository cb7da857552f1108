import type { Rows } from './rows.ts';

/**
 * Adds one output channel of a convolution with zero padding ('same') to `sum`: input channels in order, taps in order.
 *
 * One function per kernel width, because the samples under the kernel then stay in registers: each is loaded once.
 *
 * @param sum [x.length]
 * @param kernel [Cin, width] from `at`
 * @param width 1, 3, 5 or 7
 */
export function addConv(sum: Float64Array, x: Rows, kernel: Float64Array, at: number, width: number): void {
  if (width === 1) {
    addPointwise(sum, x, kernel, at);
    return;
  }
  const addTaps = width === 3 ? addTaps3 : width === 5 ? addTaps5 : addTaps7;
  for (let c = 0; c < x.channels; c++) addTaps(sum, x.data, x.start(c), kernel, at + c * width);
}

/** Width 1: four input channels at a time, so that `sum` is passed over less often. */
function addPointwise(sum: Float64Array, x: Rows, kernel: Float64Array, at: number): void {
  const { data } = x;
  let c = 0;
  for (; c + 4 <= x.channels; c += 4) {
    const [w0, w1, w2, w3] = kernel.subarray(at + c, at + c + 4);
    const [a, b, d, e] = [x.start(c), x.start(c + 1), x.start(c + 2), x.start(c + 3)];
    for (let t = 0; t < sum.length; t++) {
      sum[t] += w0 * data[a + t] + w1 * data[b + t] + w2 * data[d + t] + w3 * data[e + t];
    }
  }
  for (; c < x.channels; c++) {
    const w = kernel[at + c];
    const start = x.start(c);
    for (let t = 0; t < sum.length; t++) sum[t] += w * data[start + t];
  }
}

function addTaps3(sum: Float64Array, x: Float64Array, start: number, w: Float64Array, at: number): void {
  const w0 = w[at];
  const w1 = w[at + 1];
  const w2 = w[at + 2];
  let a = x[start - 1];
  let b = x[start];
  for (let t = 0, next = start + 1; t < sum.length; t++, next++) {
    const c = x[next];
    sum[t] += w0 * a + w1 * b + w2 * c;
    a = b;
    b = c;
  }
}

function addTaps5(sum: Float64Array, x: Float64Array, start: number, w: Float64Array, at: number): void {
  const w0 = w[at];
  const w1 = w[at + 1];
  const w2 = w[at + 2];
  const w3 = w[at + 3];
  const w4 = w[at + 4];
  let a = x[start - 2];
  let b = x[start - 1];
  let c = x[start];
  let d = x[start + 1];
  for (let t = 0, next = start + 2; t < sum.length; t++, next++) {
    const e = x[next];
    sum[t] += w0 * a + w1 * b + w2 * c + w3 * d + w4 * e;
    a = b;
    b = c;
    c = d;
    d = e;
  }
}

function addTaps7(sum: Float64Array, x: Float64Array, start: number, w: Float64Array, at: number): void {
  const w0 = w[at];
  const w1 = w[at + 1];
  const w2 = w[at + 2];
  const w3 = w[at + 3];
  const w4 = w[at + 4];
  const w5 = w[at + 5];
  const w6 = w[at + 6];
  let a = x[start - 3];
  let b = x[start - 2];
  let c = x[start - 1];
  let d = x[start];
  let e = x[start + 1];
  let f = x[start + 2];
  for (let t = 0, next = start + 3; t < sum.length; t++, next++) {
    const g = x[next];
    sum[t] += w0 * a + w1 * b + w2 * c + w3 * d + w4 * e + w5 * f + w6 * g;
    a = b;
    b = c;
    c = d;
    d = e;
    e = f;
    f = g;
  }
}
