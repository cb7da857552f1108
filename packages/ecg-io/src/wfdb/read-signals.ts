import type { Source } from '@heartllm/source';
import { WfdbError } from './error.ts';
import type { WfdbHeader, WfdbSignal } from './header-types.ts';
import type { Target } from './lead-sink.ts';
import { flacFrames } from './read-flac.ts';
import { asWfdbError, readHeader, recordPath } from './read-header.ts';
import { packedFrames } from './read-packed.ts';
import { readSignalFile } from './read-signal-file.ts';
import { invalidValue } from './segments.ts';
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
  const leads = channels.map((channel): Lead => {
    const signal = header.signals[channel];
    return { name: names[channel], signal, fmt: signal.fmt, physical: new Float32Array(0), invalidSamples: 0 };
  });
  const open = (position: number): Target => {
    const lead = leads[position];
    const length = (frames.to - frames.from) * (smooth ? 1 : lead.signal.sampsPerFrame);
    lead.physical = new Float32Array(length);
    if (request.digital) lead.digital = new Int32Array(length);
    return {
      physical: lead.physical,
      digital: lead.digital,
      calibration: lead.signal,
      invalid: invalidValue(lead.fmt),
    };
  };
  const invalid = await readSignals(source, opened, { channels, frames, smooth, open }, warnings);
  for (const [i, lead] of leads.entries()) lead.invalidSamples = invalid[i];
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
      frames = Math.min(frames, await flacFrames(source, signalFile, place));
    } else if (coding.kind === 'packed') {
      const size = await asWfdbError(place, source.size(path), source);
      frames = Math.min(frames, packedFrames(signalFile, size));
    }
  }
  return Number.isFinite(frames) ? frames : 0;
}

/** Which signals of a record to read, and where to. */
export interface SignalsRequest {
  /** By their index, one per lead. */
  channels: readonly number[];
  frames: Frames;
  /** One sample per frame, the mean. */
  smooth: boolean;
  /** Makes room for a lead, by its position in `channels`; called once its file has been found long enough. */
  open(position: number): Target;
}

/**
 * Reads signals of a record; only the files and bytes that hold them.
 *
 * @returns how many samples of each lead are invalid
 * @throws WfdbError
 */
export async function readSignals(
  source: Source,
  { header, file, folder }: OpenedHeader,
  { channels, frames, smooth, open }: SignalsRequest,
  warnings: string[],
): Promise<number[]> {
  const chosen = new Set(channels);
  const wanted = signalFiles(header, file, folder).filter(({ signals }) =>
    signals.some(({ index }) => chosen.has(index)),
  );
  const unproven = wanted.filter(({ coding }) => coding.kind !== 'packed').flatMap(({ signals }) => signals);
  boundSamples(
    unproven.map(({ signal }) => signal.sampsPerFrame),
    frames,
    file,
  );

  const invalid = channels.map(() => 0);
  for (const signalFile of wanted) {
    const positions = [...channels.keys()].filter((i) => signalFile.signals.some(({ index }) => index === channels[i]));
    const leads = positions.map((position) => ({
      slot: signalFile.signals.find(({ index }) => index === channels[position])!,
      open: () => open(position),
    }));
    const place = { file, line: signalFile.line };
    const found = await readSignalFile(source, signalFile, { frames, smooth, place, leads }, warnings);
    for (const [i, position] of positions.entries()) invalid[position] = found[i];
  }
  return invalid;
}

/** Refuses to take much memory for signals that no file vouches for. Throws WfdbError. */
export function boundSamples(sampsPerFrame: readonly number[], { from, to }: Frames, file: string): void {
  const count = sampsPerFrame.reduce((sum, samples) => sum + (to - from) * samples, 0);
  if (count <= MOST_UNPROVEN) return;
  const limit = `expected at most ${MOST_UNPROVEN} samples in gaps, segments and FLAC at a time, found ${count}`;
  throw new WfdbError({ file }, `${limit}: read a part by from, to and channels`);
}
