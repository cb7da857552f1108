import type { Source } from '@heartllm/source';
import { WfdbError } from './error.ts';
import type { WfdbHeader, WfdbSignal } from './header-types.ts';
import { flacFrames } from './read-flac.ts';
import { asWfdbError, readHeader, recordPath } from './read-header.ts';
import { packedFrames } from './read-packed.ts';
import { readSignalFile, type StoredSignal } from './read-signal-file.ts';
import { toDigital, toPhysical } from './samples.ts';
import { chooseChannels, type Frames, frameRange, type ReadRequest } from './selection.ts';
import { signalFiles } from './signal-file.ts';

/**
 * The most samples that are taken on the word of a header, where no bytes of a file stand for them (gaps between segments, signals without
 * a file) or few may stand for many (FLAC): 1 GiB as float32, 12 leads of 250 Hz for a day.
 */
const MOST_UNPROVEN = 2 ** 28;

/** A header that was read, and where it is. */
export interface OpenedHeader {
  header: WfdbHeader;
  /** Path of the header inside the source. */
  file: string;
  /** The folder of the header, '' or ending in '/'; what it names is found from there. */
  folder: string;
}

/** One lead as read. */
export interface Lead {
  name: string;
  /** Calibration as the header has it. */
  signal: WfdbSignal;
  fmt: string;
  physical: Float32Array;
  digital?: Int32Array;
  invalidSamples: number;
}

/** What was read of a record, in the order of the channels asked for. */
export interface Leads {
  leads: Lead[];
  frames: Frames;
}

/** Reads a record's header. Throws WfdbError. */
export async function openHeader(source: Source, name: string): Promise<OpenedHeader> {
  const path = recordPath(name);
  const header = await readHeader(source, name);
  return { header, file: `${path}.hea`, folder: path.slice(0, path.lastIndexOf('/') + 1) };
}

/** Reads the leads of a record that has signal files of its own. Throws WfdbError. */
export async function readLeads(
  source: Source,
  opened: OpenedHeader,
  request: ReadRequest,
  warnings: string[],
): Promise<Leads> {
  const { header, file } = opened;
  const names = leadNames(header);
  const channels = chooseChannels(names, request.channels, file);
  const total = await countFrames(source, opened);
  const frames = frameRange(request, total, file);
  const smooth = request.smoothFrames;
  const signals = await readSignals(source, opened, channels, frames, smooth, warnings);
  const length = (signal: WfdbSignal) => (frames.to - frames.from) * (smooth ? 1 : signal.sampsPerFrame);
  const leads = channels.map((channel) => {
    const stored = signals.get(channel)!;
    const { signal, fmt } = stored;
    const physical = new Float32Array(length(signal));
    const invalidSamples = toPhysical(stored, signal, physical);
    const lead: Lead = { name: names[channel], signal, fmt, physical, invalidSamples };
    if (request.digital) {
      lead.digital = new Int32Array(physical.length);
      toDigital(stored, stored.invalid, lead.digital);
    }
    return lead;
  });
  return { leads, frames };
}

/** header(5): without a description a signal is called after its record and number. */
export function leadNames({ signals, recordName }: WfdbHeader): string[] {
  return signals.map(({ sigName }, index) => sigName ?? `record ${recordName}, signal ${index}`);
}

/** Frames in a record: as its header says, or else as its files hold. Throws WfdbError. */
export async function countFrames(source: Source, { header, file, folder }: OpenedHeader): Promise<number> {
  if (header.sigLen) return header.sigLen;
  let frames = Number.POSITIVE_INFINITY;
  for (const signalFile of signalFiles(header, file, folder)) {
    const { coding, path, line } = signalFile;
    const place = { file, line };
    if (coding.kind === 'flac') {
      frames = Math.min(frames, await flacFrames(source, signalFile, coding.bits, place));
    } else if (coding.kind === 'packed') {
      const size = await asWfdbError(place, source.size(path), source);
      frames = Math.min(frames, packedFrames(signalFile, coding.format, size));
    }
  }
  return Number.isFinite(frames) ? frames : 0;
}

/**
 * Reads the signals `channels` of a record, by their index; only the files and bytes that hold them.
 *
 * @param smooth one sample per frame, the mean
 * @throws WfdbError
 */
export async function readSignals(
  source: Source,
  { header, file, folder }: OpenedHeader,
  channels: readonly number[],
  frames: Frames,
  smooth: boolean,
  warnings: string[],
): Promise<Map<number, StoredSignal>> {
  const chosen = new Set(channels);
  const isWanted = ({ index }: { index: number }) => chosen.has(index);
  const wanted = signalFiles(header, file, folder).filter(({ signals }) => signals.some(isWanted));
  const unproven = wanted.filter(({ coding }) => coding.kind !== 'packed').flatMap(({ signals }) => signals);
  boundSamples(
    unproven.map(({ signal }) => signal.sampsPerFrame),
    frames,
    file,
  );

  const signals = new Map<number, StoredSignal>();
  for (const signalFile of wanted) {
    const slots = signalFile.signals.filter(isWanted);
    const place = { file, line: signalFile.line };
    const read = await readSignalFile(source, signalFile, slots, frames, smooth, place, warnings);
    for (const signal of read) signals.set(signal.index, signal);
  }
  return signals;
}

/** Refuses to take much memory for signals that no file vouches for. Throws WfdbError. */
export function boundSamples(sampsPerFrame: readonly number[], { from, to }: Frames, file: string): void {
  const count = sampsPerFrame.reduce((sum, samples) => sum + (to - from) * samples, 0);
  if (count <= MOST_UNPROVEN) return;
  const limit = `expected at most ${MOST_UNPROVEN} samples in gaps, segments and FLAC at a time, found ${count}`;
  throw new WfdbError({ file }, `${limit}: read a part by from, to and channels`);
}
