/**
 * a * b + c, the step of every sum.
 *
 * Rounded twice, and so the same on every machine. In the relaxed build the engine may fuse both into one rounding
 * where the processor can, which is faster and differs in the last bit between machines.
 */
export function multiplyAdd(a: v128, b: v128, c: v128): v128 {
  if (ASC_FEATURE_RELAXED_SIMD) return f32x4.relaxed_madd(a, b, c);
  return f32x4.add(f32x4.mul(a, b), c);
}
