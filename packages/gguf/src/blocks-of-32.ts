// The older block formats (ggml-quants.c): 32 values share a scale d, and a least value m where the name ends in 1. The low nibble of byte j is value
// j, the high one value j + 16. Products and sums here are exact in a double, so that storing them rounds once, as float32 arithmetic does.
import { halfAt } from './half.ts';

const BLOCK = 32;

/** d, 16 bytes of nibbles: (q - 8) d. */
export function q4_0(bytes: Uint8Array, values: Float32Array): void {
  for (let out = 0, at = 0; out < values.length; out += BLOCK, at += 18) {
    const d = halfAt(bytes, at);
    for (let j = 0; j < 16; j++) {
      const q = bytes[at + 2 + j];
      values[out + j] = ((q & 15) - 8) * d;
      values[out + j + 16] = ((q >> 4) - 8) * d;
    }
  }
}

/** d, m, 16 bytes of nibbles: q d + m. */
export function q4_1(bytes: Uint8Array, values: Float32Array): void {
  for (let out = 0, at = 0; out < values.length; out += BLOCK, at += 20) {
    const d = halfAt(bytes, at);
    const m = halfAt(bytes, at + 2);
    for (let j = 0; j < 16; j++) {
      const q = bytes[at + 4 + j];
      values[out + j] = (q & 15) * d + m;
      values[out + j + 16] = (q >> 4) * d + m;
    }
  }
}

/** d, the fifth bits of all 32 values, 16 bytes of nibbles: (q - 16) d. */
export function q5_0(bytes: Uint8Array, values: Float32Array): void {
  for (let out = 0, at = 0; out < values.length; out += BLOCK, at += 22) {
    const d = halfAt(bytes, at);
    for (let j = 0; j < 16; j++) {
      const q = bytes[at + 6 + j];
      values[out + j] = (((q & 15) | fifthBit(bytes, at + 2, j)) - 16) * d;
      values[out + j + 16] = (((q >> 4) | fifthBit(bytes, at + 2, j + 16)) - 16) * d;
    }
  }
}

/** d, m, the fifth bits, 16 bytes of nibbles: q d + m. */
export function q5_1(bytes: Uint8Array, values: Float32Array): void {
  for (let out = 0, at = 0; out < values.length; out += BLOCK, at += 24) {
    const d = halfAt(bytes, at);
    const m = halfAt(bytes, at + 2);
    for (let j = 0; j < 16; j++) {
      const q = bytes[at + 8 + j];
      values[out + j] = ((q & 15) | fifthBit(bytes, at + 4, j)) * d + m;
      values[out + j + 16] = ((q >> 4) | fifthBit(bytes, at + 4, j + 16)) * d + m;
    }
  }
}

function fifthBit(bytes: Uint8Array, at: number, value: number): number {
  return ((bytes[at + (value >> 3)] >> (value & 7)) & 1) << 4;
}

/** d, 32 signed bytes: q d. */
export function q8_0(bytes: Uint8Array, values: Float32Array): void {
  for (let out = 0, at = 0; out < values.length; out += BLOCK, at += 34) {
    const d = halfAt(bytes, at);
    for (let j = 0; j < BLOCK; j++) values[out + j] = ((bytes[at + 2 + j] << 24) >> 24) * d;
  }
}
