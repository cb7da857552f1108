import { LITTLE_ENDIAN } from './endian.ts';
import type { PackedFormat } from './format.ts';

/**
 * Format 212: two samples of 12 bits, two's complement, in 3 bytes. The first has its low 8 bits in byte 0 and its high 4 in the low half
 * of byte 1, the second its low 8 bits in byte 2 and its high 4 in the high half of byte 1.
 */
export const format212: PackedFormat = {
  invalid: -2048,
  groupBytes: [0, 2, 3],
  unpack(bytes, samples) {
    let i = 0;
    let at = 0;
    if (LITTLE_ENDIAN && bytes.byteOffset % 4 === 0) {
      i = unpackWords(new Int32Array(bytes.buffer, bytes.byteOffset, bytes.length >> 2), samples);
      at = (i / 2) * 3;
    }
    for (; i < samples.length; i += 2, at += 3) {
      const high = bytes[at + 1];
      samples[i] = ((bytes[at] | (high << 8)) << 20) >> 20;
      samples[i + 1] = ((bytes[at + 2] | ((high & 0xf0) << 4)) << 20) >> 20;
    }
  },
};

/** Unpacks 8 samples from 3 words as often as that goes, in half the time that single bytes take; returns how many samples. */
function unpackWords(words: Int32Array, samples: Int32Array): number {
  let i = 0;
  for (let k = 0; k + 2 < words.length; k += 3, i += 8) {
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
