/**
 * Sums over the middle axis of x [outer, n, inner], in double precision: one float32 after the other, as tfjs has it, is
 * 2 % low after twelve million values. Rounded once, when all is added and divided by `divisor`.
 *
 * @param y [outer, inner]
 */
export function sum(x: usize, outer: i32, n: i32, inner: i32, divisor: f64, y: usize): void {
  const rowBytes = (<usize>inner) << 2;
  const bytes = <usize>n * rowBytes;
  for (let i = 0; i < outer; i++) {
    if (inner === 1) store<f32>(y, <f32>(sumOfRow(x, n) / divisor));
    else sumOfRows(x, n, inner, divisor, y);
    x += bytes;
    y += rowBytes;
  }
}

function sumOfRow(x: usize, n: i32): f64 {
  const end = x + ((<usize>n) << 2);
  const evenEnd = x + ((<usize>(n & ~7)) << 2);
  let a = f64x2.splat(0);
  let b = a;
  let c = a;
  let d = a;
  for (; x < evenEnd; x += 32) {
    const left = v128.load(x);
    const right = v128.load(x, 16);
    a = f64x2.add(a, f64x2.promote_low_f32x4(left));
    b = f64x2.add(b, high(left));
    c = f64x2.add(c, f64x2.promote_low_f32x4(right));
    d = f64x2.add(d, high(right));
  }
  const pairs = f64x2.add(f64x2.add(a, b), f64x2.add(c, d));
  let total = f64x2.extract_lane(pairs, 0) + f64x2.extract_lane(pairs, 1);
  for (; x < end; x += 4) total += <f64>load<f32>(x);
  return total;
}

/** The columns of n rows, eight at a time. */
function sumOfRows(x: usize, n: i32, inner: i32, divisor: f64, y: usize): void {
  const rowBytes = (<usize>inner) << 2;
  const bytes = <usize>n * rowBytes;
  const by = f64x2.splat(divisor);
  let column = 0;
  for (; column + 8 <= inner; column += 8) {
    let a = f64x2.splat(0);
    let b = a;
    let c = a;
    let d = a;
    const first = x + ((<usize>column) << 2);
    for (let at = first; at < first + bytes; at += rowBytes) {
      const left = v128.load(at);
      const right = v128.load(at, 16);
      a = f64x2.add(a, f64x2.promote_low_f32x4(left));
      b = f64x2.add(b, high(left));
      c = f64x2.add(c, f64x2.promote_low_f32x4(right));
      d = f64x2.add(d, high(right));
    }
    const to = y + ((<usize>column) << 2);
    v128.store(to, rounded(f64x2.div(a, by), f64x2.div(b, by)));
    v128.store(to, rounded(f64x2.div(c, by), f64x2.div(d, by)), 16);
  }
  for (; column < inner; column++) {
    let total: f64 = 0;
    const first = x + ((<usize>column) << 2);
    for (let at = first; at < first + bytes; at += rowBytes) total += <f64>load<f32>(at);
    store<f32>(y + ((<usize>column) << 2), <f32>(total / divisor));
  }
}

function high(v: v128): v128 {
  return f64x2.promote_low_f32x4(v128.shuffle<f32>(v, v, 2, 3, 2, 3));
}

function rounded(low: v128, high: v128): v128 {
  const left = f32x4.demote_f64x2_zero(low);
  return v128.shuffle<f32>(left, f32x4.demote_f64x2_zero(high), 0, 1, 4, 5);
}

/** The same for int32, modulo 2^32 as the addition of int32 is. */
export function sumInt(x: usize, outer: i32, n: i32, inner: i32, y: usize): void {
  for (let i = 0; i < outer; i++) {
    for (let column = 0; column < inner; column++) {
      let total = 0;
      for (let row = 0; row < n; row++) total += load<i32>(x + ((<usize>row * inner + column) << 2));
      store<i32>(y, total);
      y += 4;
    }
    x += (<usize>n * inner) << 2;
  }
}
