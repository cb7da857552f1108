import type { PackedFormat } from './format.ts';

/**
 * Format 310: three samples of 10 bits, two's complement, in two 16-bit words, least significant byte first. The first two lie in bits 1
 * to 10 of a word each; the third has its low 5 bits in the high 5 of the first word, its high 5 in those of the second.
 */
export const format310: PackedFormat = {
  invalid: -512,
  groupBytes: [0, 2, 4, 4],
  unpack(bytes, samples) {
    for (let i = 0, at = 0; i < samples.length; i += 3, at += 4) {
      const first = bytes[at] | (bytes[at + 1] << 8);
      const second = bytes[at + 2] | (bytes[at + 3] << 8);
      samples[i] = (first << 21) >> 22;
      samples[i + 1] = (second << 21) >> 22;
      samples[i + 2] = (((first >> 11) | ((second >> 11) << 5)) << 22) >> 22;
    }
  },
};

/** Format 311: three samples of 10 bits, two's complement, in the low 30 bits of a 32-bit word, least significant byte first. */
export const format311: PackedFormat = {
  invalid: -512,
  groupBytes: [0, 2, 3, 4],
  unpack(bytes, samples) {
    for (let i = 0, at = 0; i < samples.length; i += 3, at += 4) {
      const word = bytes[at] | (bytes[at + 1] << 8) | (bytes[at + 2] << 16) | (bytes[at + 3] << 24);
      samples[i] = (word << 22) >> 22;
      samples[i + 1] = (word << 12) >> 22;
      samples[i + 2] = (word << 2) >> 22;
    }
  },
};
