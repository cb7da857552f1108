import { BitReader } from './bit-reader.ts';
import { FlacEnd, FlacError } from './error.ts';

/** What a FLAC stream says about itself, RFC 9639 section 8.2. */
export interface StreamInfo {
  /** Samples of each channel in the largest block. */
  maxBlockSize: number;
  channels: number;
  /** Bits of a sample. */
  bits: number;
  /** Samples of each channel; 0: not known when the header was written. */
  samples: number;
  /** Where the first frame begins. */
  firstFrame: number;
}

const MARKER = 0x664c6143; // fLaC

/**
 * Reads the marker and metadata before the first frame.
 *
 * @throws FlacError, and FlacEnd where more bytes would be needed
 */
export function readStreamInfo(bytes: Uint8Array): StreamInfo {
  const reader = new BitReader(bytes, 0);
  if (bytes.length < 4) throw new FlacEnd(bytes.length, `the stream ends after ${bytes.length} bytes`);
  const marker = reader.unsigned(32);
  if (marker !== MARKER) {
    throw new FlacError(0, `expected a FLAC stream (66 4c 61 43, "fLaC"), found ${hex(bytes.subarray(0, 4))}`);
  }
  let info: StreamInfo | undefined;
  for (let last = false; !last; ) {
    const start = reader.byte;
    last = reader.unsigned(1) === 1;
    const type = reader.unsigned(7);
    const length = reader.unsigned(24);
    const next = start + 4 + length;
    if (next > bytes.length) throw new FlacEnd(start, `metadata of ${length} bytes goes on behind the end`);
    if (!info) {
      if (type !== 0 || length !== 34) {
        throw new FlacError(start, `expected STREAMINFO of 34 bytes, found metadata of type ${type}, ${length} bytes`);
      }
      reader.unsigned(16); // smallest block
      const maxBlockSize = reader.unsigned(16);
      reader.unsigned(24); // smallest frame
      reader.unsigned(24); // largest frame
      reader.unsigned(20); // sample rate: the header has the true one
      const channels = reader.unsigned(3) + 1;
      const bits = reader.unsigned(5) + 1;
      info = {
        maxBlockSize,
        channels,
        bits,
        samples: reader.unsigned(4) * 2 ** 32 + reader.unsigned(32),
        firstFrame: 0,
      };
    }
    reader.byte = next;
  }
  return { ...info!, firstFrame: reader.byte };
}

function hex(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join(' ');
}
