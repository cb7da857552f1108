import type { Source } from '@heartllm/source';
import { convertGroups } from './convert-groups.ts';
import type { WfdbPlace } from './error.ts';
import { LeadSink, type Target } from './lead-sink.ts';
import { readFlac } from './read-flac.ts';
import { readPacked } from './read-packed.ts';
import type { Frames } from './selection.ts';
import type { SignalFile, SignalSlot } from './signal-file.ts';

/** What to read of a signal file. */
export interface FileRequest {
  frames: Frames;
  /** One sample per frame, the mean. */
  smooth: boolean;
  /** The header line that names the file. */
  place: WfdbPlace;
  leads: readonly LeadRequest[];
}

/** One lead of a signal file. */
export interface LeadRequest {
  slot: SignalSlot;
  /** Makes room for it; called once the file has been found long enough. */
  open(): Target;
}

/**
 * Reads some signals of one file: the frames [from, to), and those behind them that a lag brings in.
 *
 * @param warnings takes what does not fit the header's checksum and initial value
 * @returns how many samples of each lead are invalid
 * @throws WfdbError
 */
export async function readSignalFile(
  source: Source,
  file: SignalFile,
  { frames: { from, to, total }, smooth, place, leads }: FileRequest,
  warnings: string[],
): Promise<number[]> {
  const lag = leads.reduce((most, { slot }) => Math.max(most, slot.lag), 0);
  const request = { frames: { from, to: Math.min(total, to + lag), total }, place };
  const { bytes, blocks } = await readFrames(source, file, request, warnings);
  const sinks = leads.map(({ slot, open }) => new LeadSink(file, slot, smooth, open()));
  if (!convertGroups(file, bytes, sinks)) for (const block of blocks) for (const sink of sinks) sink.take(block);
  const invalid = sinks.map((sink) => sink.finish());
  if (file.coding.kind !== 'null') {
    const seen = new Set<number>(); // a signal may be asked for twice
    for (const [i, sink] of sinks.entries()) {
      if (!seen.has(leads[i].slot.index)) warnings.push(...sink.verify(request.frames, place));
      seen.add(leads[i].slot.index);
    }
  }
  return invalid;
}

/** The samples of a file in whatever coding, in blocks of whole frames; where they are packed also their bytes. */
async function readFrames(
  source: Source,
  file: SignalFile,
  request: Pick<FileRequest, 'frames' | 'place'>,
  warnings: string[],
): Promise<{ bytes?: Uint8Array; blocks: Iterable<Int32Array> }> {
  if (file.coding.kind === 'packed') return readPacked(source, file, request, warnings);
  return { blocks: file.coding.kind === 'flac' ? [await readFlac(source, file, request, warnings)] : [] };
}
