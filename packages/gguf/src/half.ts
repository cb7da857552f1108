// Half floats as bit patterns: Node 20 has no Float16Array.

/** 2^(e - 25) for every exponent of a normal half float: its value is that times its mantissa of 11 bits. */
const POWERS = Float64Array.from({ length: 31 }, (_, exponent) => 2 ** (exponent - 25));
const SMALLEST = 2 ** -24;

/** IEEE 754 binary16 bits to the number, exactly, subnormals too. */
function halfToNumber(bits: number): number {
  const exponent = (bits >> 10) & 31;
  const mantissa = bits & 0x3ff;
  const sign = bits & 0x8000 ? -1 : 1;
  if (exponent === 0) return sign * mantissa * SMALLEST;
  if (exponent === 31) return mantissa === 0 ? sign * Number.POSITIVE_INFINITY : Number.NaN;
  return sign * (1024 + mantissa) * POWERS[exponent];
}

/** The half float that begins at a byte, little-endian; blocks are not aligned. */
export function halfAt(bytes: Uint8Array, at: number): number {
  return halfToNumber(bytes[at] | (bytes[at + 1] << 8));
}

const float = new Float32Array(1);
const word = new Uint32Array(float.buffer);

/** A float32 to binary16 bits, to nearest, ties to even; 65520 and above become infinity. */
export function numberToHalf(value: number): number {
  float[0] = value;
  const sign = (word[0] >>> 16) & 0x8000;
  const size = Math.abs(float[0]);
  if (Number.isNaN(size)) return sign | 0x7e00;
  if (size >= 65520) return sign | 0x7c00;
  const exponent = Math.max(((word[0] >>> 23) & 255) - 127, -14);
  const mantissa = toEven(size * 2 ** (10 - exponent)); // 1024 to 2048, less if subnormal; 2048 carries into the exponent
  return sign | (((exponent + 14) << 10) + mantissa);
}

/** Nearest whole number, ties to even, for 0 to 2^51: a double has no room for a fraction above 2^52. */
function toEven(value: number): number {
  return value + 2 ** 52 - 2 ** 52;
}
