import { unpack } from './formats/packing.ts';
import type { LeadSink } from './lead-sink.ts';
import type { Calibration } from './samples.ts';
import type { SignalFile } from './signal-file.ts';

/** Shorter leads are read before a table of values is made for them. */
const WORTH_A_TABLE = 1 << 14;

/**
 * Converts a whole file at once where each of its frames is a group of its format, as in the many records of two signals in format 212:
 * straight from bytes to physical values, in half the time that it takes to unpack them first.
 *
 * @param bytes of the frames asked for
 * @param sinks take the samples and their sums
 * @returns false, and nothing has been done, where the format has no such way, or somebody wants more than the physical values of all signals
 */
export function convertGroups(
  { coding, frameSize, signals }: SignalFile,
  bytes: Uint8Array | undefined,
  sinks: readonly LeadSink[],
): boolean {
  if (!bytes || coding.kind !== 'packed') return false;
  const { format, invalid } = coding;
  const { convert } = format;
  if (!convert) return false;
  const perGroup = format.groupBytes.length - 1;
  const inOrder = [...sinks].sort((a, b) => a.slot - b.slot);
  const areAll = frameSize === perGroup && signals.length === perGroup && sinks.length === perGroup;
  if (!areAll || inOrder.some((sink, i) => sink.slot !== i || !sink.isPlain || sink.physical.length < WORTH_A_TABLE)) {
    return false;
  }
  const tables = inOrder.map((sink) => tableOf(sink.calibration, invalid));
  const first = new Int32Array(perGroup);
  unpack(format, bytes, first);
  const converted = convert(
    bytes,
    tables,
    inOrder.map(({ physical }) => physical),
  );
  for (const [i, sink] of inOrder.entries()) sink.takeConverted({ ...converted[i], first: first[i] });
  return true;
}

/** What each value of a format is in physical units, from the invalid one on. */
function tableOf({ adcGain, baseline }: Calibration, invalid: number): Float32Array {
  const table = new Float32Array(-2 * invalid);
  for (let i = 1; i < table.length; i++) table[i] = (invalid + i - baseline) / adcGain;
  table[0] = Number.NaN;
  return table;
}
