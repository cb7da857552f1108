import { q4_0, q4_1, q5_0, q5_1, q8_0 } from './blocks-of-32.ts';
import { q4_K, q5_K, q6_K } from './blocks-of-256.ts';
import { halfAt } from './half.ts';
import { blockOf, isTensorType, type TensorType } from './tensor-types.ts';

type Unpack = (bytes: Uint8Array, values: Float32Array) => void;

const UNPACK: Partial<Record<TensorType, Unpack>> = {
  F32: (bytes, values) => new Uint8Array(values.buffer).set(bytes),
  F16: (bytes, values) => {
    for (let i = 0; i < values.length; i++) values[i] = halfAt(bytes, 2 * i);
  },
  BF16: (bytes, values) => {
    const words = new Uint32Array(values.buffer); // a bfloat16 is the upper half of a float32
    for (let i = 0; i < words.length; i++) words[i] = (bytes[2 * i] << 16) | (bytes[2 * i + 1] << 24);
  },
  Q4_0: q4_0,
  Q4_1: q4_1,
  Q5_0: q5_0,
  Q5_1: q5_1,
  Q8_0: q8_0,
  Q4_K: q4_K,
  Q5_K: q5_K,
  Q6_K: q6_K,
};

/**
 * Unpacks blocks into float32, bit for bit what gguf-py's `dequantize` gives: F32, F16, BF16, Q4_0, Q4_1, Q5_0, Q5_1, Q8_0, Q4_K, Q5_K, Q6_K.
 *
 * @param bytes blocks of a tensor, of some of its rows or of a part of a row
 * @param n values that the blocks hold
 * @returns [n] in the order of the file
 * @throws RangeError for another type, by name, and for bytes that are not those of n values
 */
export function dequantize(type: TensorType, bytes: Uint8Array, n: number): Float32Array {
  const unpack = UNPACK[isTensorType(type) ? type : ('' as TensorType)];
  if (!unpack) {
    throw new RangeError(`dequantize, type: expected one of ${Object.keys(UNPACK).join(', ')}, found ${String(type)}`);
  }
  const block = blockOf(type);
  if (!Number.isSafeInteger(n) || n < 0 || n % block.values !== 0) {
    throw new RangeError(`dequantize, n: expected a multiple of ${block.values} for ${type}, found ${String(n)}`);
  }
  const expected = (n / block.values) * block.bytes;
  if (bytes.length !== expected) {
    throw new RangeError(`dequantize, bytes: expected ${expected} for ${n} values of ${type}, found ${bytes.length}`);
  }
  const values = new Float32Array(n);
  unpack(bytes, values);
  return values;
}
