import type { Source } from '@heartllm/source';
import { WfdbError } from './error.ts';
import type { PackedFormat } from './formats/format.ts';
import { byteLength, groupLength, locate, sampleCount, unpack } from './formats/packing.ts';
import { asWfdbError } from './read-header.ts';
import type { FileRequest } from './read-signal-file.ts';
import type { SignalFile } from './signal-file.ts';

/** Samples that are unpacked at a time: few enough to stay in a processor's first cache. */
const BLOCK = 8192;
/** Frames of a block are a multiple of it: whole groups in every format, and whole words, which unpack faster. */
const WHOLE_GROUPS = 24;

/**
 * Reads the frames [from, to) of a file in a packed format; only their bytes, or for format 8 all up to them.
 *
 * @param warnings takes a sentence about bytes behind the record's last frame, where `to` is its end
 * @returns the bytes from the group on in which frame `from` begins (for format 8 all), and the samples of all signals that are in them, frame by
 *   frame, in blocks of some frames; the next block takes the place of the one before
 * @throws WfdbError if the file is missing or too short
 */
export async function readPacked(
  source: Source,
  file: SignalFile,
  { frames: { from, to, total }, place }: Pick<FileRequest, 'frames' | 'place'>,
  warnings: string[],
): Promise<{ bytes: Uint8Array; blocks: Iterable<Int32Array> }> {
  const { path, byteOffset, frameSize } = file;
  const format = packedFormat(file);
  const range = locate(format, from * frameSize, to * frameSize);
  const start = byteOffset + range.start;
  const end = byteOffset + range.end;
  const lastGroup = byteOffset + groupLength(format, to * frameSize);
  // One byte more tells whether the file ends here. A header that promises more than any file holds is not even tried.
  const bytes = Number.isSafeInteger(lastGroup)
    ? await asWfdbError(place, source.read(path, start, to === total ? lastGroup + 1 : end), source)
    : new Uint8Array(0);
  if (bytes.length < end - start) {
    const size = bytes.length > 0 ? start + bytes.length : await asWfdbError(place, source.size(path));
    throw tooShort(file, byteOffset + byteLength(format, total * frameSize), size, total);
  }
  // The C library ends a file of format 311 with a whole group, the samples that are not there as 0.
  if (bytes.length > lastGroup - start || bytes.subarray(end - start).some((byte) => byte !== 0)) {
    const size = await asWfdbError(place, source.size(path));
    warnings.push(`${path}: ${size - end} unread bytes from byte ${end} on`);
  }
  return { bytes, blocks: blocks(bytes, file, { from, to, first: range.first }) };
}

/** `first` is the first sample in `bytes`, where the group begins that holds the first one of frame `from`; format 8 is unpacked from 0 on. */
function* blocks(
  bytes: Uint8Array,
  file: SignalFile,
  { from, to, first }: { from: number; to: number; first: number },
): Generator<Int32Array> {
  const { frameSize } = file;
  const format = packedFormat(file);
  const begin = format.differences ? 0 : from;
  const before = begin * frameSize - first;
  const together = Math.max(1, Math.floor(BLOCK / frameSize / WHOLE_GROUPS)) * WHOLE_GROUPS;
  const scratch = new Int32Array(before + Math.min(together, to - begin) * frameSize);
  const values = file.signals.map(({ signal }) => signal.initValue ?? signal.adcZero); // header(5)
  for (let frame = begin; frame < to; frame += together) {
    const count = Math.min(together, to - frame);
    const samples = scratch.subarray(0, before + count * frameSize);
    unpack(format, bytes.subarray(byteLength(format, (frame - begin) * frameSize)), samples);
    if (format.differences) addUp(samples, file, values);
    const wanted = samples.subarray(before + Math.min(count, Math.max(0, from - frame)) * frameSize);
    if (wanted.length > 0) yield wanted;
  }
}

/** Whole frames in a file of `size` bytes. */
export function packedFrames(file: SignalFile, size: number): number {
  return Math.floor(sampleCount(packedFormat(file), Math.max(0, size - file.byteOffset)) / file.frameSize);
}

function packedFormat({ coding }: SignalFile): PackedFormat {
  if (coding.kind !== 'packed') throw new Error('no packed format');
  return coding.format;
}

function tooShort({ path, byteOffset, signals, fmt }: SignalFile, needed: number, size: number, total: number) {
  const message =
    byteOffset > size
      ? `the samples begin at byte ${byteOffset}, the file ends at ${size}`
      : `truncated: expected ${needed} bytes (${total} frames of ${signals.length} signals in format ${fmt}), found ${size}`;
  return new WfdbError({ file: path, offset: size }, message);
}

/** Turns differences into samples; `values` are the last ones before, and then those of this block. */
function addUp(samples: Int32Array, { frameSize, signals }: SignalFile, values: number[]): void {
  for (const [i, { slot, signal }] of signals.entries()) {
    let value = values[i];
    for (let frame = slot; frame < samples.length; frame += frameSize) {
      for (let k = frame; k < frame + signal.sampsPerFrame; k++) {
        value = (value + samples[k]) | 0;
        samples[k] = value;
      }
    }
    values[i] = value;
  }
}
