import type { Source } from '../source/source.ts';
import { WfdbError, type WfdbPlace } from './error.ts';
import { asWfdbError } from './read-header.ts';
import { checksum, pickSignal, removeSkew } from './samples.ts';
import type { SignalFile, SignalSlot } from './signal-file.ts';

/** The frames [from, to) of a record of `total` frames. */
export interface Frames {
  from: number;
  to: number;
  total: number;
}

/** The samples of one signal as stored, in step with the others; [(to - from) * sampsPerFrame]. */
export interface StoredSignal extends SignalSlot {
  digital: Int32Array;
  invalid: number;
  fmt: string;
}

/**
 * Reads some signals of one file; only the bytes of the frames asked for, and of those behind them that the skew brings in.
 *
 * @param place the header line that names the file
 * @param warnings takes what does not fit the header's checksum and initial value
 * @throws WfdbError
 */
export async function readSignalFile(
  source: Source,
  file: SignalFile,
  slots: SignalSlot[],
  { from, to, total }: Frames,
  place: WfdbPlace,
  warnings: string[],
): Promise<StoredSignal[]> {
  const { path, format, byteOffset, frameSize, fmt } = file;
  const skew = Math.max(...slots.map(({ signal }) => signal.skew));
  const last = Math.min(total, to + skew);
  const range = format.locate(from * frameSize, last * frameSize);
  const [start, end] = [byteOffset + range.start, byteOffset + range.end];
  const bytes = await asWfdbError(place, source.read(path, start, end));
  if (bytes.length !== end - start) {
    // Its size was right a moment ago.
    throw new WfdbError({ file: path, offset: start }, `expected ${end - start} bytes, found ${bytes.length}`);
  }
  const skipped = from * frameSize - range.first;
  const samples = format.decode(bytes).subarray(skipped, skipped + (last - from) * frameSize);

  return slots.map((slot) => {
    const { signal } = slot;
    const stored = pickSignal(samples, frameSize, slot);
    warnings.push(...verify(stored, slot, { from, to: last, total }, place.file));
    const shift = Math.min(signal.skew * signal.sampsPerFrame, stored.length);
    const digital = removeSkew(stored, shift, (to - from) * signal.sampsPerFrame, format.invalid);
    return { ...slot, digital, invalid: format.invalid, fmt };
  });
}

/** Compares with the header's initial value, where the read begins with it, and its checksum, where all of the signal was read. */
function verify(
  stored: Int32Array,
  { index, signal }: SignalSlot,
  { from, to, total }: Frames,
  file: string,
): string[] {
  const { initValue, checksum: expected, line, sigName } = signal;
  const name = sigName === undefined ? `signal ${index}` : `signal ${index} (${sigName})`;
  const found: string[] = [];
  if (initValue !== undefined && from === 0 && stored.length > 0 && stored[0] !== initValue) {
    found.push(`${file} line ${line}: ${name} begins with ${stored[0]}, the header says ${initValue}`);
  }
  if (expected !== undefined && from === 0 && to === total) {
    const sum = checksum(stored);
    if ((sum - expected) % 0x10000 !== 0) {
      found.push(`${file} line ${line}: the checksum of ${name} is ${sum}, the header says ${expected}`);
    }
  }
  return found;
}
