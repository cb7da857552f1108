import { LITTLE_ENDIAN } from './endian.ts';
import type { PackedFormat } from './format.ts';

/** Format 16: two's complement, 16 bits, least significant byte first. */
export const format16: PackedFormat = {
  invalid: -32768,
  groupBytes: [0, 2],
  unpack(bytes, samples) {
    if (LITTLE_ENDIAN && bytes.byteOffset % 2 === 0) {
      samples.set(new Int16Array(bytes.buffer, bytes.byteOffset, samples.length)); // ten times as fast as one by one
      return;
    }
    for (let i = 0, at = 0; i < samples.length; i++, at += 2) {
      samples[i] = ((bytes[at] | (bytes[at + 1] << 8)) << 16) >> 16;
    }
  },
};

/** Format 61: two's complement, 16 bits, most significant byte first. */
export const format61: PackedFormat = {
  invalid: -32768,
  groupBytes: [0, 2],
  unpack(bytes, samples) {
    for (let i = 0, at = 0; i < samples.length; i++, at += 2) {
      samples[i] = (((bytes[at] << 8) | bytes[at + 1]) << 16) >> 16;
    }
  },
};

/** Format 160: offset binary, 16 bits, least significant byte first. */
export const format160: PackedFormat = {
  invalid: -32768,
  groupBytes: [0, 2],
  unpack(bytes, samples) {
    for (let i = 0, at = 0; i < samples.length; i++, at += 2) {
      samples[i] = (bytes[at] | (bytes[at + 1] << 8)) - 32768;
    }
  },
};

/** Format 24: two's complement, 24 bits, least significant byte first. */
export const format24: PackedFormat = {
  invalid: -8388608,
  groupBytes: [0, 3],
  unpack(bytes, samples) {
    for (let i = 0, at = 0; i < samples.length; i++, at += 3) {
      samples[i] = ((bytes[at] << 8) | (bytes[at + 1] << 16) | (bytes[at + 2] << 24)) >> 8;
    }
  },
};

/** Format 32: two's complement, 32 bits, least significant byte first. */
export const format32: PackedFormat = {
  invalid: -2147483648,
  groupBytes: [0, 4],
  unpack(bytes, samples) {
    for (let i = 0, at = 0; i < samples.length; i++, at += 4) {
      samples[i] = bytes[at] | (bytes[at + 1] << 8) | (bytes[at + 2] << 16) | (bytes[at + 3] << 24);
    }
  },
};
