/** y[i] = f(x[i]) of one float32 function, computed in double precision: 0 log1p, 1 selu, 2 sign. NaN stays. */
export function unary(operation: i32, x: usize, y: usize, count: i32): void {
  for (const end = x + ((<usize>count) << 2); x < end; x += 4) {
    store<f32>(y, <f32>apply(operation, <f64>load<f32>(x)));
    y += 4;
  }
}

const seluScale: f64 = 1.0507009873554805;
const seluAlpha: f64 = 1.6732632423543772;

function apply(operation: i32, x: f64): f64 {
  if (operation === 0) return Math.log1p(x);
  if (operation === 1) return seluScale * (x > 0 ? x : seluAlpha * Math.expm1(x));
  return x > 0 ? 1 : x < 0 ? -1 : x;
}

/** Puts sin(x) in y where x is near 0, and leaves the rest of y: its Taylor series, to the last bit of float32. */
export function sinNearZero(x: usize, y: usize, count: i32): void {
  for (const end = x + ((<usize>count) << 2); x < end; x += 4) {
    const v = <f64>load<f32>(x);
    if (Math.abs(v) < 0.5) {
      const square = v * v;
      store<f32>(y, <f32>(v * (1 - (square / 6) * (1 - (square / 20) * (1 - (square / 42) * (1 - square / 72))))));
    }
    y += 4;
  }
}

/** Each value no less than `low` and no more than `high`; NaN stays. */
export function clip(x: usize, y: usize, count: i32, low: f32, high: f32): void {
  for (const end = x + ((<usize>count) << 2); x < end; x += 4) {
    store<f32>(y, min(max(load<f32>(x), low), high));
    y += 4;
  }
}

/** The same of int32. */
export function clipInt(x: usize, y: usize, count: i32, low: i32, high: i32): void {
  for (const end = x + ((<usize>count) << 2); x < end; x += 4) {
    store<i32>(y, min(max(load<i32>(x), low), high));
    y += 4;
  }
}

/** 1 where a value of four bytes is not 0, -0 or false; `float` says which. NaN is not 0. y holds bytes. */
export function toBool(float: bool, x: usize, y: usize, count: i32): void {
  for (let i: usize = 0; i < <usize>count; i++) {
    const bits = load<i32>(x + (i << 2));
    store<u8>(y + i, u8((float ? bits & 0x7fffffff : bits) !== 0));
  }
}

/**
 * The larger, or the smaller, of each a and b: NaN where either is NaN. Rows of `count` values; steps in bytes, from row to
 * row and from value to value, 0 where an input is broadcast.
 */
export function extreme(
  larger: bool,
  rows: i32,
  count: i32,
  a: usize,
  aRow: usize,
  aStep: usize,
  b: usize,
  bRow: usize,
  bStep: usize,
  y: usize,
): void {
  const inVectors = aStep === 4 && bStep === 4;
  for (let i = 0; i < rows; i++) {
    let left = a;
    let right = b;
    const end = y + ((<usize>count) << 2);
    if (inVectors) {
      for (const whole = y + ((<usize>(count & ~3)) << 2); y < whole; y += 16) {
        const p = v128.load(left);
        const q = v128.load(right);
        v128.store(y, larger ? f32x4.max(p, q) : f32x4.min(p, q));
        left += 16;
        right += 16;
      }
    }
    for (; y < end; y += 4) {
      const p = load<f32>(left);
      const q = load<f32>(right);
      store<f32>(y, larger ? max(p, q) : min(p, q));
      left += aStep;
      right += bStep;
    }
    a += aRow;
    b += bRow;
  }
}
