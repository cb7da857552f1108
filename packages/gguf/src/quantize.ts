import { numberToHalf } from './half.ts';

const BLOCK = 32;
const { abs, floor, fround, min, sign, trunc } = Math;

/** What `quantize` packs. */
type Packed = 'F32' | 'F16' | 'Q8_0' | 'Q4_0';

/**
 * Packs float32 values into blocks, bit for bit what gguf-py's `quantize` and ggml give.
 *
 * @param type 'F16', 'Q8_0', 'Q4_0', or 'F32' for what stays as it is, such as norms
 * @param values row by row; for Q8_0 and Q4_0 rows of a multiple of 32
 * @returns bytes for a tensor of `encodeGguf` and `writeGguf`
 * @throws RangeError for another type; for Q8_0 and Q4_0 also for values that are no multiple of 32, not finite, or too large for a scale in
 *   half precision (gguf-py packs those into blocks that read as NaN)
 */
export function quantize(type: Packed, values: Float32Array): Uint8Array {
  if (type === 'F32') return new Uint8Array(values.slice().buffer);
  if (type === 'F16') return new Uint8Array(Uint16Array.from(values, numberToHalf).buffer);
  if (type === 'Q8_0') return packBlocks(type, values, 34, q8_0);
  if (type === 'Q4_0') return packBlocks(type, values, 18, q4_0);
  throw new RangeError(`quantize, type: expected F32, F16, Q8_0 or Q4_0, found ${String(type)}`);
}

type PackBlock = (values: Float32Array, codes: Uint8Array) => number;

/** A block is its scale in half precision, then its codes. */
function packBlocks(type: Packed, values: Float32Array, bytes: number, pack: PackBlock): Uint8Array {
  if (values.length % BLOCK !== 0) {
    throw new RangeError(`quantize, values: expected a multiple of ${BLOCK} for ${type}, found ${values.length}`);
  }
  const packed = new Uint8Array((values.length / BLOCK) * bytes);
  for (let at = 0, out = 0; at < values.length; at += BLOCK, out += bytes) {
    const block = values.subarray(at, at + BLOCK);
    const wrong = block.findIndex((value) => !Number.isFinite(value));
    if (wrong >= 0) {
      throw new RangeError(`quantize, values[${at + wrong}]: expected a finite number, found ${block[wrong]}`);
    }
    const d = numberToHalf(pack(block, packed.subarray(out + 2, out + bytes)));
    if ((d & 0x7fff) === 0x7c00) {
      throw new RangeError(`quantize, values[${at}..${at + BLOCK - 1}]: too large for a scale of ${type}`);
    }
    packed[out] = d & 255;
    packed[out + 1] = d >> 8;
  }
  return packed;
}

/** Rounds half away from zero. Every step is rounded to float32, as the references compute. */
function q8_0(values: Float32Array, codes: Uint8Array): number {
  let most = 0;
  for (const value of values) if (abs(value) > most) most = abs(value);
  const d = fround(most / 127);
  const inverse = inverseOf(d);
  if (inverse === undefined) return d;
  for (let j = 0; j < BLOCK; j++) {
    const size = abs(fround(values[j] * inverse));
    codes[j] = sign(values[j]) * (floor(size) + floor(2 * (size - floor(size))));
  }
  return d;
}

/** The value of largest magnitude, the first one at a tie, becomes code 0, which is -8. */
function q4_0(values: Float32Array, codes: Uint8Array): number {
  let most = values[0];
  for (const value of values) if (abs(value) > abs(most)) most = value;
  const d = fround(most / -8);
  const inverse = inverseOf(d);
  if (inverse === undefined) return d;
  const code = (value: number) => min(15, trunc(fround(fround(value * inverse) + 8.5)));
  for (let j = 0; j < 16; j++) codes[j] = code(values[j]) | (code(values[j + 16]) << 4);
  return d;
}

/** undefined where it overflows, at scales below 3e-39: the codes stay 0, as those of the references, and the block reads as zeros. */
function inverseOf(d: number): number | undefined {
  const inverse = d === 0 ? 0 : fround(1 / d);
  return Number.isFinite(inverse) ? inverse : undefined;
}
