import { Rows } from './rows.ts';

/**
 * Halves the sampling rate: convolution of width 3, stride 2, padding 1, as torch.nn.Conv1d.
 *
 * @param x [Cin, T]
 * @param kernel [Cout, Cin, 3]
 * @returns [Cout, ceil(T / 2)]
 */
export function halve(x: Rows, kernel: Float64Array): Rows {
  const y = new Rows(kernel.length / (3 * x.channels), Math.ceil(x.length / 2));
  for (let o = 0, at = 0; o < y.channels; o++) {
    const sum = y.row(o);
    for (let c = 0; c < x.channels; c++, at += 3) addEverySecond(sum, x.data, x.start(c), kernel, at);
  }
  return y;
}

function addEverySecond(sum: Float64Array, x: Float64Array, start: number, w: Float64Array, at: number): void {
  const w0 = w[at];
  const w1 = w[at + 1];
  const w2 = w[at + 2];
  let a = x[start - 1];
  for (let t = 0, centre = start; t < sum.length; t++, centre += 2) {
    const c = x[centre + 1];
    sum[t] += w0 * a + w1 * x[centre] + w2 * c;
    a = c;
  }
}

/**
 * Doubles the sampling rate: torch.nn.ConvTranspose1d of width 3, stride 2, padding 1, output padding 1. Even samples
 * get the middle tap, odd ones the two outer taps of their neighbours.
 *
 * @param x [Cin, T]
 * @param kernel [Cin, Cout, 3]
 * @param bias [Cout]
 * @returns [Cout, 2 T]
 */
export function double(x: Rows, kernel: Float64Array, bias: Float64Array): Rows {
  const y = new Rows(bias.length, 2 * x.length);
  for (let o = 0; o < y.channels; o++) {
    const sum = y.row(o).fill(bias[o]);
    for (let c = 0; c < x.channels; c++) addInterleaved(sum, x.data, x.start(c), kernel, (c * y.channels + o) * 3);
  }
  return y;
}

function addInterleaved(sum: Float64Array, x: Float64Array, start: number, w: Float64Array, at: number): void {
  const w0 = w[at];
  const w1 = w[at + 1];
  const w2 = w[at + 2];
  let a = x[start];
  for (let t = 0, next = start + 1; t < sum.length; t += 2, next++) {
    const b = x[next];
    sum[t] += w1 * a;
    sum[t + 1] += w2 * a + w0 * b;
    a = b;
  }
}
