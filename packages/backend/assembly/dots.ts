/** Products that are summed in single precision, before their sum goes to the others in double precision. */
const block: i32 = 512;

/**
 * C += A B^T for few rows: dot products of rows, four of B at a time, read once and in order.
 *
 * @param k values in a row of A and of B, which lie next to each other
 */
export function dots(
  m: i32,
  n: i32,
  k: i32,
  a: usize,
  aRow: usize,
  b: usize,
  bRow: usize,
  c: usize,
  cRow: usize,
): void {
  for (let j = 0; j < n; j += 4) {
    const count = min(4, n - j);
    const b0 = b + j * bRow;
    // where fewer are left, the last one again
    const b1 = b0 + min(1, count - 1) * bRow;
    const b2 = b0 + min(2, count - 1) * bRow;
    const b3 = b0 + (count - 1) * bRow;
    for (let i = 0; i < m; i++) {
      const x = a + i * aRow;
      let d0: f64 = 0;
      let d1: f64 = 0;
      let d2: f64 = 0;
      let d3: f64 = 0;
      let p = 0;
      while (p + 4 <= k) {
        let s0 = f32x4.splat(0);
        let s1 = s0;
        let s2 = s0;
        let s3 = s0;
        for (const end = min(p + block, k & ~3); p < end; p += 4) {
          const v = v128.load(x + p * 4);
          s0 = f32x4.add(s0, f32x4.mul(v, v128.load(b0 + p * 4)));
          s1 = f32x4.add(s1, f32x4.mul(v, v128.load(b1 + p * 4)));
          s2 = f32x4.add(s2, f32x4.mul(v, v128.load(b2 + p * 4)));
          s3 = f32x4.add(s3, f32x4.mul(v, v128.load(b3 + p * 4)));
        }
        d0 += <f64>total(s0);
        d1 += <f64>total(s1);
        d2 += <f64>total(s2);
        d3 += <f64>total(s3);
      }
      for (; p < k; p++) {
        const v = load<f32>(x + p * 4);
        d0 += <f64>(v * load<f32>(b0 + p * 4));
        d1 += <f64>(v * load<f32>(b1 + p * 4));
        d2 += <f64>(v * load<f32>(b2 + p * 4));
        d3 += <f64>(v * load<f32>(b3 + p * 4));
      }
      const to = c + i * cRow + j * 4;
      store<f32>(to, load<f32>(to) + <f32>d0);
      if (count > 1) store<f32>(to + 4, load<f32>(to + 4) + <f32>d1);
      if (count > 2) store<f32>(to + 8, load<f32>(to + 8) + <f32>d2);
      if (count > 3) store<f32>(to + 12, load<f32>(to + 12) + <f32>d3);
    }
  }
}

function total(v: v128): f32 {
  return f32x4.extract_lane(v, 0) + f32x4.extract_lane(v, 1) + (f32x4.extract_lane(v, 2) + f32x4.extract_lane(v, 3));
}
