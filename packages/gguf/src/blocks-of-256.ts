// The K formats (ggml-quants.c): 256 values in groups that have scales of their own, which share a scale. Exact in a double, as in blocks-of-32.ts.
import { halfAt } from './half.ts';

const BLOCK = 256;

/** Scale of group j (0 to 7) of Q4_K and Q5_K: six bits; those of the last four groups are in two places. */
function scale(bytes: Uint8Array, at: number, j: number): number {
  return j < 4 ? bytes[at + j] & 63 : (bytes[at + j + 4] & 15) | ((bytes[at + j - 4] >> 6) << 4);
}

/** Least value of group j, packed in the same way. */
function least(bytes: Uint8Array, at: number, j: number): number {
  return j < 4 ? bytes[at + j + 4] & 63 : (bytes[at + j + 4] >> 4) | ((bytes[at + j] >> 6) << 4);
}

/** d, dmin, 12 bytes of scales, 128 of nibbles: groups of 32; 32 bytes hold two groups, the first in the low nibbles. q d scale - dmin least. */
export function q4_K(bytes: Uint8Array, values: Float32Array): void {
  for (let out = 0, at = 0; out < values.length; out += BLOCK, at += 144) {
    for (let group = 0; group < 8; group++) {
      const d = halfAt(bytes, at) * scale(bytes, at + 4, group);
      const m = halfAt(bytes, at + 2) * least(bytes, at + 4, group);
      const nibbles = at + 16 + (group >> 1) * 32;
      const shift = (group & 1) * 4;
      for (let l = 0; l < 32; l++) values[out + group * 32 + l] = d * ((bytes[nibbles + l] >> shift) & 15) - m;
    }
  }
}

/** As Q4_K, with 32 bytes of fifth bits before the nibbles: bit g of byte l is that of value l of group g. */
export function q5_K(bytes: Uint8Array, values: Float32Array): void {
  for (let out = 0, at = 0; out < values.length; out += BLOCK, at += 176) {
    for (let group = 0; group < 8; group++) {
      const d = halfAt(bytes, at) * scale(bytes, at + 4, group);
      const m = halfAt(bytes, at + 2) * least(bytes, at + 4, group);
      const nibbles = at + 48 + (group >> 1) * 32;
      const shift = (group & 1) * 4;
      for (let l = 0; l < 32; l++) {
        const fifth = ((bytes[at + 16 + l] >> group) & 1) << 4;
        values[out + group * 32 + l] = d * (((bytes[nibbles + l] >> shift) & 15) | fifth) - m;
      }
    }
  }
}

/**
 * 128 bytes of low nibbles, 64 of upper bit pairs, 16 signed scales, d: groups of 16. Each half of 128 values has four runs of 32: nibbles
 * low, low, high, high of 64 bytes, and the pair 0 to 3 of 32 bytes. (q - 32) d scale.
 */
export function q6_K(bytes: Uint8Array, values: Float32Array): void {
  for (let out = 0, at = 0; out < values.length; out += BLOCK, at += 210) {
    const d = halfAt(bytes, at + 208);
    for (let run = 0; run < 8; run++) {
      const nibbles = at + (run >> 2) * 64 + (run & 1) * 32;
      const pairs = at + 128 + (run >> 2) * 32;
      const low = ((run >> 1) & 1) * 4;
      const high = (run & 3) * 2;
      for (let l = 0; l < 32; l++) {
        const signed = (bytes[at + 192 + run * 2 + (l >> 4)] << 24) >> 24;
        const q = ((bytes[nibbles + l] >> low) & 15) | (((bytes[pairs + l] >> high) & 3) << 4);
        values[out + run * 32 + l] = d * signed * (q - 32);
      }
    }
  }
}
