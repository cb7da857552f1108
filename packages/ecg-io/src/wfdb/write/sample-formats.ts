import { quote, WfdbError, type WfdbPlace } from '../error.ts';

/** A signal format that can be written; see signal(5), https://physionet.org/physiotools/wag/signal-5.htm. */
export interface WritableFormat {
  /** By its number in a header. */
  fmt: string;
  bits: number;
  /** The lowest value of all, which marks an invalid sample. */
  invalid: number;
  /** Valid samples lie between `invalid` and this one, itself included. */
  highest: number;
  /** Samples of all signals of a file, frame by frame. */
  pack(samples: Int32Array): Uint8Array;
}

function format(fmt: string, bits: number, pack: WritableFormat['pack']): WritableFormat {
  return { fmt, bits, invalid: -(2 ** (bits - 1)), highest: 2 ** (bits - 1) - 1, pack };
}

/** Two's complement in `size` bytes, the lowest first. */
function words(samples: Int32Array, size: number): Uint8Array {
  const bytes = new Uint8Array(samples.length * size);
  for (let i = 0, at = 0; i < samples.length; i++) {
    for (let shift = 0; shift < 8 * size; shift += 8) bytes[at++] = samples[i] >> shift;
  }
  return bytes;
}

/** Two samples of 12 bits in 3 bytes, the high bits of both in the middle one; a single one at the end takes 2. */
function pack212(samples: Int32Array): Uint8Array {
  const bytes = new Uint8Array(Math.ceil(samples.length * 1.5));
  for (let i = 0, at = 0; i < samples.length; i += 2, at += 3) {
    const second = i + 1 < samples.length ? samples[i + 1] : 0;
    bytes[at] = samples[i];
    bytes[at + 1] = ((samples[i] >> 8) & 0x0f) | ((second >> 4) & 0xf0);
    if (at + 2 < bytes.length) bytes[at + 2] = second;
  }
  return bytes;
}

const formats = [
  format('16', 16, (samples) => words(samples, 2)),
  format('24', 24, (samples) => words(samples, 3)),
  format('32', 32, (samples) => words(samples, 4)),
  format('80', 8, (samples) => Uint8Array.from(samples, (sample) => sample + 128)),
  format('212', 12, pack212),
];

/** The format of a number, 16 or '16'. Throws WfdbError for one that is not written. */
export function writableFormat(fmt: string | number, place: WfdbPlace): WritableFormat {
  const found = formats.find((format) => format.fmt === String(fmt));
  if (found) return found;
  const known = formats.map((format) => format.fmt).join(', ');
  throw new WfdbError(place, `expected a format that can be written (${known}), found ${quote(String(fmt))}`);
}
