import type { Source } from '@heartllm/source';
import type { WfdbPlace } from './error.ts';
import { readFlac } from './read-flac.ts';
import { readPacked } from './read-packed.ts';
import { type Stored, survey, takeSignal } from './samples.ts';
import type { Frames } from './selection.ts';
import type { SignalFile, SignalSlot } from './signal-file.ts';

/** A signal as read, in step with the others. */
export interface StoredSignal extends SignalSlot, Stored {
  fmt: string;
}

/**
 * Reads some signals of one file: the frames [from, to), and those behind them that a lag brings in.
 *
 * @param smooth one sample per frame, the mean
 * @param place the header line that names the file
 * @param warnings takes what does not fit the header's checksum and initial value
 * @throws WfdbError
 */
export async function readSignalFile(
  source: Source,
  file: SignalFile,
  slots: SignalSlot[],
  { from, to, total }: Frames,
  smooth: boolean,
  place: WfdbPlace,
  warnings: string[],
): Promise<StoredSignal[]> {
  const { coding, frameSize, fmt } = file;
  const lag = slots.reduce((most, slot) => Math.max(most, slot.lag), 0);
  const frames = { from, to: Math.min(total, to + lag), total };
  const samples =
    coding.kind === 'packed'
      ? await readPacked(source, file, coding.format, frames, place, warnings)
      : coding.kind === 'flac'
        ? await readFlac(source, file, coding.bits, frames, place, warnings)
        : new Int32Array(0);
  return slots.map((slot) => {
    const { sampsPerFrame } = slot.signal;
    const { checksum, allValid } = survey(samples, frameSize, slot.slot, sampsPerFrame, coding.invalid);
    if (coding.kind !== 'null') warnings.push(...verify(samples, checksum, slot, frames, place.file));
    const stored = takeSignal(samples, frameSize, slot, to - from, smooth, { invalid: coding.invalid, allValid });
    return { ...slot, ...stored, fmt };
  });
}

/** Compares with the header's initial value, where the read begins with it, and its checksum, where all of the signal was read. */
function verify(
  samples: Int32Array,
  sum: number,
  { index, signal, slot }: SignalSlot,
  { from, to, total }: Frames,
  file: string,
): string[] {
  const { initValue, checksum: expected, line, sigName } = signal;
  const name = sigName === undefined ? `signal ${index}` : `signal ${index} (${sigName})`;
  const found: string[] = [];
  if (initValue !== undefined && from === 0 && samples.length > 0 && samples[slot] !== initValue) {
    found.push(`${file} line ${line}: ${name} begins with ${samples[slot]}, the header says ${initValue}`);
  }
  if (expected !== undefined && from === 0 && to === total && (sum - expected) % 0x10000 !== 0) {
    found.push(`${file} line ${line}: the checksum of ${name} is ${sum}, the header says ${expected}`);
  }
  return found;
}
