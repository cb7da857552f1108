import type { PackedFormat } from './format.ts';

/**
 * Format 212: two samples of 12 bits, two's complement, in 3 bytes. The first has its low 8 bits in byte 0 and its high 4 in the low half
 * of byte 1, the second its low 8 bits in byte 2 and its high 4 in the high half of byte 1.
 */
export const format212: PackedFormat = {
  invalid: -2048,
  groupBytes: [0, 2, 3],
  unpack(bytes, samples) {
    for (let i = 0, at = 0; i < samples.length; i += 2, at += 3) {
      const high = bytes[at + 1];
      samples[i] = ((bytes[at] | (high << 8)) << 20) >> 20;
      samples[i + 1] = ((bytes[at + 2] | ((high & 0xf0) << 4)) << 20) >> 20;
    }
  },
};
