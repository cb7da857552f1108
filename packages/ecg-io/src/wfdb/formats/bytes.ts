import type { PackedFormat } from './format.ts';

/**
 * Format 8: the difference to the sample before as a signed byte; the first counts from the header's initial value.
 * No value is invalid; the one named here cannot come up before 2^24 steps down, and marks what lies behind the end of a skewed signal.
 */
export const format8: PackedFormat = {
  invalid: -2147483648,
  groupBytes: [0, 1],
  differences: true,
  unpack(bytes, samples) {
    for (let i = 0; i < samples.length; i++) samples[i] = (bytes[i] << 24) >> 24;
  },
};

/** Format 80: 8 bits, offset binary. */
export const format80: PackedFormat = {
  invalid: -128,
  groupBytes: [0, 1],
  unpack(bytes, samples) {
    for (let i = 0; i < samples.length; i++) samples[i] = bytes[i] - 128;
  },
};
