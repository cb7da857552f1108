// Half floats as bit patterns: Node 20 has no Float16Array, and no engine has a bfloat16 one.

/** IEEE 754 binary16 bits to float32 values, exactly (subnormals and NaN payloads kept). */
export function widenHalf(bits: Uint16Array): Float32Array {
  const wide = new Uint32Array(bits.length);
  for (let i = 0; i < bits.length; i++) wide[i] = halfToFloatBits(bits[i]);
  return new Float32Array(wide.buffer);
}

/** bfloat16 bits to float32 values, exactly: they are the upper half of a float32. */
export function widenBfloat(bits: Uint16Array): Float32Array {
  const wide = new Uint32Array(bits.length);
  for (let i = 0; i < bits.length; i++) wide[i] = bits[i] << 16;
  return new Float32Array(wide.buffer);
}

/** float32 to binary16 bits, to nearest, ties to even; above 65519.99 becomes infinity, as in PyTorch. */
export function narrowToHalf(values: Float32Array): Uint16Array {
  return narrow(values, floatToHalfBits);
}

/** float32 to bfloat16 bits, to nearest, ties to even. */
export function narrowToBfloat(values: Float32Array): Uint16Array {
  return narrow(values, floatToBfloatBits);
}

function narrow(values: Float32Array, toBits: (bits: number) => number): Uint16Array {
  const wide = new Uint32Array(values.buffer, values.byteOffset, values.length);
  const bits = new Uint16Array(wide.length);
  for (let i = 0; i < wide.length; i++) bits[i] = toBits(wide[i]);
  return bits;
}

function halfToFloatBits(half: number): number {
  const sign = (half & 0x8000) << 16;
  const exponent = (half >> 10) & 31;
  const mantissa = half & 0x3ff;
  if (exponent === 31) return sign | 0x7f800000 | (mantissa << 13);
  if (exponent > 0) return sign | ((exponent + 112) << 23) | (mantissa << 13);
  if (mantissa === 0) return sign;
  const shift = Math.clz32(mantissa) - 21; // brings a subnormal's leading bit to the implicit place
  return sign | ((113 - shift) << 23) | (((mantissa << shift) & 0x3ff) << 13);
}

function floatToHalfBits(bits: number): number {
  const sign = (bits >>> 16) & 0x8000;
  const magnitude = bits & 0x7fffffff;
  if (magnitude > 0x7f800000) return sign | 0x7e00 | ((magnitude >>> 13) & 0x3ff); // NaN stays NaN, made quiet
  if (magnitude >= 0x477ff000) return sign | 0x7c00; // 65520 and above round to infinity
  if (magnitude >= 0x38800000) {
    const rounded = magnitude + 0xfff + ((magnitude >>> 13) & 1);
    return sign | ((rounded - 0x38000000) >>> 13);
  }
  if (magnitude <= 0x33000000) return sign; // 2^-25 is the tie between 0 and the smallest subnormal
  const shift = 126 - (magnitude >>> 23);
  const mantissa = (magnitude & 0x7fffff) | 0x800000;
  const quotient = mantissa >>> shift;
  const rest = mantissa & ((1 << shift) - 1);
  const tie = 1 << (shift - 1);
  return sign | (quotient + (rest > tie || (rest === tie && quotient & 1) ? 1 : 0));
}

function floatToBfloatBits(bits: number): number {
  if ((bits & 0x7fffffff) > 0x7f800000) return (bits >>> 16) | 0x40; // NaN stays NaN, made quiet
  return ((bits + 0x7fff + ((bits >>> 16) & 1)) >>> 16) & 0xffff;
}
