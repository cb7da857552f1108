/**
 * Running sums of eight channels, in double precision: 8 sums, then 8 sums of squares, 128 bytes. GroupNorm's mean and
 * variance come from these, gathered while a layer writes its output, so that the output is not read once more.
 */

/**
 * Adds four rows of four channels. Within the four in single precision, which loses nothing that matters: their sum has
 * an error of one part in 10^7, and the errors of thousands of such sums are independent.
 *
 * @param at the statistics of these four channels
 */
export function addStatistics(at: usize, a: v128, b: v128, c: v128, d: v128): void {
  const ab = f32x4.add(f32x4.mul(a, a), f32x4.mul(b, b));
  const cd = f32x4.add(f32x4.mul(c, c), f32x4.mul(d, d));
  addDoubles(at, f32x4.add(f32x4.add(a, b), f32x4.add(c, d)));
  addDoubles(at + 64, f32x4.add(ab, cd));
}

/** Adds four floats to four doubles in memory. */
function addDoubles(at: usize, x: v128): void {
  const high = v128.shuffle<i32>(x, x, 2, 3, 2, 3);
  v128.store(at, f64x2.add(v128.load(at), f64x2.promote_low_f32x4(x)));
  v128.store(at, f64x2.add(v128.load(at, 16), f64x2.promote_low_f32x4(high)), 16);
}
