import { LITTLE_ENDIAN } from './endian.ts';
import type { Converted, PackedFormat } from './format.ts';

const INVALID = -2048;

/**
 * Format 212: two samples of 12 bits, two's complement, in 3 bytes. The first has its low 8 bits in byte 0 and its high 4 in the low half
 * of byte 1, the second its low 8 bits in byte 2 and its high 4 in the high half of byte 1.
 */
export const format212: PackedFormat = {
  invalid: INVALID,
  groupBytes: [0, 2, 3],
  unpack(bytes, samples) {
    let i = unpackWords(wordsOf(bytes), samples);
    for (let at = (i / 2) * 3; i < samples.length; i += 2, at += 3) {
      const high = bytes[at + 1];
      samples[i] = ((bytes[at] | (high << 8)) << 20) >> 20;
      samples[i + 1] = ((bytes[at + 2] | ((high & 0xf0) << 4)) << 20) >> 20;
    }
  },
  convert(bytes, tables, values) {
    const sums = [0, 1].map((): Converted => ({ sum: 0, found: 0 }));
    const pair = new Int32Array(2);
    for (let i = convertWords(wordsOf(bytes), tables, values, sums); i < values[0].length; i++) {
      format212.unpack(bytes.subarray(3 * i, 3 * i + 3), pair);
      for (const [k, sample] of pair.entries()) {
        values[k][i] = tables[k][sample - INVALID];
        sums[k].sum = (sums[k].sum + sample) | 0;
        if (sample === INVALID) sums[k].found++;
      }
    }
    return sums;
  },
};

/** The bytes as words, from which samples come in half the time that single bytes take; none where they do not lie so. */
function wordsOf(bytes: Uint8Array): Int32Array {
  const areWords = LITTLE_ENDIAN && bytes.byteOffset % 4 === 0;
  return new Int32Array(
    areWords ? bytes.buffer : new ArrayBuffer(0),
    areWords ? bytes.byteOffset : 0,
    areWords ? bytes.length >> 2 : 0,
  );
}

/** Unpacks 8 samples from 3 words as often as that goes; returns how many samples. */
function unpackWords(words: Int32Array, samples: Int32Array): number {
  let i = 0;
  for (let k = 0; k + 2 < words.length && i + 7 < samples.length; k += 3, i += 8) {
    const a = words[k];
    const b = words[k + 1];
    const c = words[k + 2];
    samples[i] = (a << 20) >> 20;
    samples[i + 1] = ((((a >>> 4) & 0xf00) << 20) >> 20) | ((a >>> 16) & 0xff);
    samples[i + 2] = ((b << 28) >> 20) | (a >>> 24);
    samples[i + 3] = (((b & 0xf0) << 24) >> 20) | ((b >>> 8) & 0xff);
    samples[i + 4] = (b << 4) >> 20;
    samples[i + 5] = ((b >> 28) << 8) | (c & 0xff);
    samples[i + 6] = (c << 12) >> 20;
    samples[i + 7] = (((c & 0xf00000) << 8) >> 20) | (c >>> 24);
  }
  return i;
}

/** The same 8 samples as 4 of each signal; returns how many of each. */
function convertWords(
  words: Int32Array,
  [firstTable, secondTable]: readonly Float32Array[],
  [first, second]: readonly Float32Array[],
  [ofFirst, ofSecond]: Converted[],
): number {
  let i = 0;
  let [p, q, invalidP, invalidQ] = [0, 0, 0, 0];
  for (let k = 0; k + 2 < words.length && i + 3 < first.length; k += 3, i += 4) {
    const a = words[k];
    const b = words[k + 1];
    const c = words[k + 2];
    const p0 = (a << 20) >> 20;
    const q0 = ((((a >>> 4) & 0xf00) << 20) >> 20) | ((a >>> 16) & 0xff);
    const p1 = ((b << 28) >> 20) | (a >>> 24);
    const q1 = (((b & 0xf0) << 24) >> 20) | ((b >>> 8) & 0xff);
    const p2 = (b << 4) >> 20;
    const q2 = ((b >> 28) << 8) | (c & 0xff);
    const p3 = (c << 12) >> 20;
    const q3 = (((c & 0xf00000) << 8) >> 20) | (c >>> 24);
    first[i] = firstTable[p0 + 2048];
    second[i] = secondTable[q0 + 2048];
    first[i + 1] = firstTable[p1 + 2048];
    second[i + 1] = secondTable[q1 + 2048];
    first[i + 2] = firstTable[p2 + 2048];
    second[i + 2] = secondTable[q2 + 2048];
    first[i + 3] = firstTable[p3 + 2048];
    second[i + 3] = secondTable[q3 + 2048];
    p = (p + p0 + p1 + p2 + p3) | 0;
    q = (q + q0 + q1 + q2 + q3) | 0;
    if (p0 === INVALID || p1 === INVALID || p2 === INVALID || p3 === INVALID) invalidP += count(p0, p1, p2, p3);
    if (q0 === INVALID || q1 === INVALID || q2 === INVALID || q3 === INVALID) invalidQ += count(q0, q1, q2, q3);
  }
  Object.assign(ofFirst, { sum: p, found: invalidP });
  Object.assign(ofSecond, { sum: q, found: invalidQ });
  return i;
}

function count(...samples: number[]): number {
  return samples.filter((sample) => sample === INVALID).length;
}
