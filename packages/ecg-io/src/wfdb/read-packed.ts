import type { Source } from '@heartllm/source';
import { WfdbError, type WfdbPlace } from './error.ts';
import type { PackedFormat } from './formats/format.ts';
import { byteLength, groupLength, locate, sampleCount, unpack } from './formats/packing.ts';
import { asWfdbError } from './read-header.ts';
import type { Frames } from './selection.ts';
import type { SignalFile } from './signal-file.ts';

/**
 * Reads the frames [from, to) of a file in a packed format; only their bytes, or for format 8 all up to them.
 *
 * @param place the header line that names the file
 * @param warnings takes a sentence about bytes behind the record's last frame, where `to` is its end
 * @returns the samples of all signals, frame by frame; [(to - from) * frameSize]
 * @throws WfdbError if the file is missing or too short
 */
export async function readPacked(
  source: Source,
  file: SignalFile,
  format: PackedFormat,
  { from, to, total }: Frames,
  place: WfdbPlace,
  warnings: string[],
): Promise<Int32Array> {
  const { path, byteOffset, frameSize } = file;
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
  const samples = unpack(format, bytes, to * frameSize - range.first);
  if (format.differences) for (const slot of file.signals) addUp(samples, frameSize, slot);
  return samples.subarray(from * frameSize - range.first);
}

/** Whole frames in a file of `size` bytes. */
export function packedFrames(file: SignalFile, format: PackedFormat, size: number): number {
  return Math.floor(sampleCount(format, Math.max(0, size - file.byteOffset)) / file.frameSize);
}

function tooShort({ path, byteOffset, signals, fmt }: SignalFile, needed: number, size: number, total: number) {
  const message =
    byteOffset > size
      ? `the samples begin at byte ${byteOffset}, the file ends at ${size}`
      : `truncated: expected ${needed} bytes (${total} frames of ${signals.length} signals in format ${fmt}), found ${size}`;
  return new WfdbError({ file: path, offset: size }, message);
}

/** Turns the differences of one signal into its samples, from the header's initial value on. */
function addUp(samples: Int32Array, frameSize: number, { signal, slot }: SignalFile['signals'][number]): void {
  let value = signal.initValue ?? signal.adcZero; // header(5)
  for (let frame = slot; frame < samples.length; frame += frameSize) {
    for (let i = frame; i < frame + signal.sampsPerFrame; i++) {
      value = (value + samples[i]) | 0;
      samples[i] = value;
    }
  }
}
