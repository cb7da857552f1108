/**
 * As many multiply-adds as the processor can do when nothing has to be loaded: twelve sums that stay in registers.
 *
 * @returns a number that depends on all of them, so that none is left out
 */
export function peak(steps: i32): f32 {
  const factor = f32x4.splat(0.999);
  const step = f32x4.splat(0.001);
  let a = step;
  let b = step;
  let c = step;
  let d = step;
  let e = step;
  let f = step;
  let g = step;
  let h = step;
  let i = step;
  let j = step;
  let k = step;
  let l = step;
  for (let n = 0; n < steps; n++) {
    if (ASC_FEATURE_RELAXED_SIMD) {
      a = f32x4.relaxed_madd(a, factor, step);
      b = f32x4.relaxed_madd(b, factor, step);
      c = f32x4.relaxed_madd(c, factor, step);
      d = f32x4.relaxed_madd(d, factor, step);
      e = f32x4.relaxed_madd(e, factor, step);
      f = f32x4.relaxed_madd(f, factor, step);
      g = f32x4.relaxed_madd(g, factor, step);
      h = f32x4.relaxed_madd(h, factor, step);
      i = f32x4.relaxed_madd(i, factor, step);
      j = f32x4.relaxed_madd(j, factor, step);
      k = f32x4.relaxed_madd(k, factor, step);
      l = f32x4.relaxed_madd(l, factor, step);
    } else {
      a = f32x4.add(f32x4.mul(a, factor), step);
      b = f32x4.add(f32x4.mul(b, factor), step);
      c = f32x4.add(f32x4.mul(c, factor), step);
      d = f32x4.add(f32x4.mul(d, factor), step);
      e = f32x4.add(f32x4.mul(e, factor), step);
      f = f32x4.add(f32x4.mul(f, factor), step);
      g = f32x4.add(f32x4.mul(g, factor), step);
      h = f32x4.add(f32x4.mul(h, factor), step);
      i = f32x4.add(f32x4.mul(i, factor), step);
      j = f32x4.add(f32x4.mul(j, factor), step);
      k = f32x4.add(f32x4.mul(k, factor), step);
      l = f32x4.add(f32x4.mul(l, factor), step);
    }
  }
  const abcd = f32x4.add(f32x4.add(a, b), f32x4.add(c, d));
  const efgh = f32x4.add(f32x4.add(e, f), f32x4.add(g, h));
  const ijkl = f32x4.add(f32x4.add(i, j), f32x4.add(k, l));
  return f32x4.extract_lane(f32x4.add(f32x4.add(abcd, efgh), ijkl), 0);
}
