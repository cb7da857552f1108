/** How a number lies in a file: '<f4' is a little-endian float of 4 bytes, '>i2' a big-endian integer of 2. */
export interface NumberType {
  kind: 'float' | 'int' | 'uint';
  bytes: 1 | 2 | 4 | 8;
  littleEndian: boolean;
}

/** Names of the number types that are read, as NumPy has them. */
export const numberTypes = 'float16, float32, float64, int8, int16, int32, int64, uint8, uint16, uint32, uint64';

/** Whether `decodeNumbers` knows such a number. */
export function isNumberType(kind: string, bytes: number): boolean {
  return kind === 'float'
    ? [2, 4, 8].includes(bytes)
    : (kind === 'int' || kind === 'uint') && [1, 2, 4, 8].includes(bytes);
}

/** The numbers in `bytes`, a whole number of them. Integers above 2^53 are rounded to float64. */
export function decodeNumbers(bytes: Uint8Array, { kind, bytes: size, littleEndian }: NumberType): ArrayLike<number> {
  const own = bytes.slice(); // aligned, and the caller's stays as it is
  if (!littleEndian) reverseEach(own, size);
  const { buffer } = own;
  if (kind === 'float') {
    if (size === 2) return Float32Array.from(new Uint16Array(buffer), fromHalf);
    return size === 4 ? new Float32Array(buffer) : new Float64Array(buffer);
  }
  if (size === 8) return Float64Array.from(new (kind === 'int' ? BigInt64Array : BigUint64Array)(buffer), Number);
  if (size === 4) return new (kind === 'int' ? Int32Array : Uint32Array)(buffer);
  if (size === 2) return new (kind === 'int' ? Int16Array : Uint16Array)(buffer);
  return new (kind === 'int' ? Int8Array : Uint8Array)(buffer);
}

function reverseEach(bytes: Uint8Array, size: number): void {
  for (let i = 0; i < bytes.length; i += size) bytes.subarray(i, i + size).reverse();
}

/** IEEE 754 binary16: sign, 5 bits of exponent (bias 15), 10 of fraction. */
export function fromHalf(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 0x1f;
  const fraction = bits & 0x3ff;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  if (exponent === 0x1f) return fraction ? Number.NaN : sign * Number.POSITIVE_INFINITY;
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}
