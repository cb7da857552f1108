import { BitReader } from './bit-reader.ts';
import { crc8, crc16 } from './crc.ts';
import { FlacError } from './error.ts';
import type { StreamInfo } from './stream-info.ts';
import { decodeSubframe } from './subframe.ts';

/** A decoded frame: a block of samples of every channel. */
export interface Frame {
  /** One array per channel, of equal length. */
  channels: Int32Array[];
  /** The byte behind the frame. */
  end: number;
}

/** Bits of a sample by their code in a frame header; 0: as the stream says. */
const SAMPLE_BITS = [0, 8, 12, undefined, 16, 20, 24, 32];

/** Channel assignments above 7: which of the two channels is the difference left - right. */
const LEFT_SIDE = 8;
const SIDE_RIGHT = 9;
const MID_SIDE = 10;

/**
 * Decodes the frame that begins at byte `start`, RFC 9639 section 9, and holds its two checksums against its bytes.
 *
 * @throws FlacError, and FlacEnd where more bytes would be needed
 */
export function decodeFrame(bytes: Uint8Array, start: number, info: StreamInfo): Frame {
  const reader = new BitReader(bytes, start);
  const { blockSize, assignment } = readFrameHeader(reader, start, info);
  const channels: Int32Array[] = [];
  for (let channel = 0; channel < info.channels; channel++) {
    const samples = new Int32Array(blockSize);
    const isSide = channel === (assignment === SIDE_RIGHT ? 0 : 1) && assignment >= LEFT_SIDE;
    decodeSubframe(reader, samples, info.bits + (isSide ? 1 : 0));
    channels.push(samples);
  }
  reader.align();
  const end = reader.byte;
  const expected = reader.unsigned(16);
  const found = crc16(bytes, start, end);
  if (found !== expected)
    throw new FlacError(start, `the checksum of the frame is ${found}, the frame says ${expected}`);
  if (assignment >= LEFT_SIDE) decorrelate(channels[0], channels[1], assignment);
  return { channels, end: reader.byte };
}

function readFrameHeader(
  reader: BitReader,
  start: number,
  info: StreamInfo,
): { blockSize: number; assignment: number } {
  const sync = reader.unsigned(15);
  reader.unsigned(1); // blocks of fixed or variable size: told apart by nothing that is needed here
  const blockCode = reader.unsigned(4);
  const rateCode = reader.unsigned(4);
  const assignment = reader.unsigned(4);
  const bitsCode = reader.unsigned(3);
  const reserved = reader.unsigned(1);
  if (sync !== 0x7ffc || reserved !== 0) throw new FlacError(start, 'expected a FLAC frame');

  // The number of the frame or sample, coded as UTF-8 codes a character, of up to 7 bytes.
  const lead = Math.clz32(~(reader.unsigned(8) << 24));
  for (let i = 1; i < lead; i++) reader.unsigned(8);
  const blockSize = readBlockSize(reader, blockCode, start);
  if (rateCode === 12) reader.unsigned(8);
  else if (rateCode === 13 || rateCode === 14) reader.unsigned(16);
  const end = reader.byte;
  const expected = reader.unsigned(8);
  const found = crc8(reader.bytes, start, end);
  if (found !== expected) {
    throw new FlacError(start, `the checksum of the frame header is ${found}, the frame says ${expected}`);
  }

  const channels = assignment < LEFT_SIDE ? assignment + 1 : assignment <= MID_SIDE ? 2 : undefined;
  if (channels !== info.channels) {
    throw new FlacError(start, `a frame of ${channels ?? 'unknown'} channels in a stream of ${info.channels}`);
  }
  const bits = SAMPLE_BITS[bitsCode];
  if (bits !== 0 && bits !== info.bits) {
    throw new FlacError(start, `a frame of ${bits ?? 'unknown'} bits per sample in a stream of ${info.bits}`);
  }
  if (blockSize > info.maxBlockSize) {
    throw new FlacError(start, `a block of ${blockSize} samples in a stream of blocks up to ${info.maxBlockSize}`);
  }
  return { blockSize, assignment };
}

function readBlockSize(reader: BitReader, code: number, start: number): number {
  if (code === 0) throw new FlacError(start, 'expected a size of block, found the reserved code 0');
  if (code === 1) return 192;
  if (code <= 5) return 144 << code; // 576, 1152, 2304, 4608
  if (code === 6) return reader.unsigned(8) + 1;
  if (code === 7) return reader.unsigned(16) + 1;
  return 1 << code; // 256 ... 32768
}

/** Turns a difference and another channel, or the mean, into the left and right channels. */
function decorrelate(first: Int32Array, second: Int32Array, assignment: number): void {
  for (let i = 0; i < first.length; i++) {
    if (assignment === LEFT_SIDE) {
      second[i] = first[i] - second[i];
    } else if (assignment === SIDE_RIGHT) {
      first[i] += second[i];
    } else {
      const side = second[i];
      const sum = (first[i] << 1) | (side & 1); // the mean lost a bit, which the difference has
      first[i] = (sum + side) >> 1;
      second[i] = (sum - side) >> 1;
    }
  }
}
