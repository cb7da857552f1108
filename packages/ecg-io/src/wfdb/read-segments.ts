import type { Source } from '@heartllm/source';
import { quote, WfdbError } from './error.ts';
import type { WfdbSegment } from './header-types.ts';
import type { Target } from './lead-sink.ts';
import { asWfdbError } from './read-header.ts';
import {
  boundSamples,
  countFrames,
  type Lead,
  type Leads,
  leadNames,
  type OpenedHeader,
  openHeader,
  readSignals,
} from './read-signals.ts';
import { describeLead, invalidValue, type Piece, piecesWithin } from './segments.ts';
import { chooseChannels, frameRange, type ReadRequest } from './selection.ts';

/** A piece, and where its leads are. */
interface OpenedPiece extends Piece {
  /** Undefined for a gap. */
  opened?: OpenedSegment;
  /** Per lead asked for, the signal of the segment that holds it. */
  indices: (number | undefined)[];
}

/**
 * Reads the leads of a multi-segment record; only the segments that hold frames asked for, and the header that names the signals: that of
 * the layout segment, or in a fixed layout of the first segment that is no gap.
 *
 * In a variable layout the signals of a segment are found by name; what a segment lacks is invalid, as is a gap. Physical units come from
 * each segment's own gain and baseline.
 *
 * @throws WfdbError
 */
export async function readSegments(
  source: Source,
  { header, file, folder }: OpenedHeader,
  request: ReadRequest,
  warnings: string[],
): Promise<Leads> {
  const segments = header.segments!;
  const open = segmentOpener(source, file, folder);
  const naming = segments.find(({ recordName }) => recordName !== '~');
  if (!naming) throw new WfdbError({ file }, 'every segment is a gap: nothing names the signals');
  const layout = await open(naming);
  if (layout.header.nSig !== header.nSig) {
    const place = { file, field: 'number of signals' };
    throw new WfdbError(place, `${header.nSig} declared, ${layout.file} has ${layout.header.nSig}`);
  }

  const names = leadNames(layout.header);
  const channels = chooseChannels(names, request.channels, file);
  const frames = frameRange(request, header.sigLen!, file);
  const smooth = request.smoothFrames;
  const byName = segments[0].sigLen === 0;
  const pieces: OpenedPiece[] = [];
  for (const piece of piecesWithin(segments, frames)) {
    const opened = piece.segment.recordName === '~' ? undefined : await open(piece.segment);
    const indices = opened ? findLeads(opened, names, channels, byName) : [];
    if (opened && opened.header.fs !== header.fs) {
      warnings.push(`${opened.file}: ${opened.header.fs} frames per second, the record has ${header.fs}`);
    }
    pieces.push({ ...piece, opened, indices });
  }

  const signals = channels.map((channel, i) => {
    const parts = pieces.flatMap(({ opened, indices }) => {
      return opened && indices[i] !== undefined ? [{ opened, signal: opened.header.signals[indices[i]] }] : [];
    });
    return describeLead(layout.header.signals[channel], { name: names[channel], parts }, request, warnings);
  });
  const widths = signals.map(({ sampsPerFrame }) => (smooth ? 1 : sampsPerFrame));
  boundSamples(widths, frames, file);
  const leads = signals.map((signal, i): Lead => {
    const length = (frames.to - frames.from) * widths[i];
    const physical = new Float32Array(length);
    const digital = request.digital ? new Int32Array(length) : undefined;
    return { name: names[channels[i]], signal, fmt: signal.fmt, physical, digital, invalidSamples: 0 };
  });
  for (const piece of pieces) await readPiece(source, piece, { leads, widths, smooth }, warnings);
  return { leads, frames };
}

/**
 * Where a segment has the leads asked for: under the same name, of several of one name the one in the same turn, or in a fixed layout in
 * the same place. Throws WfdbError for a name that the segment has more or less often than the layout, so that nobody knows which is which.
 */
function findLeads(
  { header, file }: OpenedHeader,
  names: string[],
  channels: readonly number[],
  byName: boolean,
): (number | undefined)[] {
  if (!byName) return channels.map((channel) => (channel < header.nSig ? channel : undefined));
  const own = leadNames(header);
  return channels.map((channel) => {
    const found = placesOf(own, names[channel]);
    const turns = placesOf(names, names[channel]);
    if (found.length < 2 && turns.length < 2) return found[0];
    if (found.length === turns.length || found.length === 0) return found[turns.indexOf(channel)];
    const message = `lead ${quote(names[channel])} is there ${found.length} times, in the layout ${turns.length} times`;
    throw new WfdbError({ file }, `${message}: read the segment as a record of its own`);
  });
}

function placesOf(names: string[], name: string): number[] {
  return names.flatMap((other, index) => (other === name ? [index] : []));
}

/** Reads one segment into the leads' arrays; `widths` are their samples per frame there. What it lacks, and a gap, is invalid. */
async function readPiece(
  source: Source,
  { opened, from, to, at, indices }: OpenedPiece,
  { leads, widths, smooth }: { leads: Lead[]; widths: number[]; smooth: boolean },
  warnings: string[],
): Promise<void> {
  const targets = leads.map(({ physical, digital, signal, fmt }, i): Target => {
    const [start, end] = [at * widths[i], (at + to - from) * widths[i]];
    return {
      physical: physical.subarray(start, end),
      digital: digital?.subarray(start, end),
      calibration: signal,
      invalid: invalidValue(fmt),
    };
  });
  const held = [...leads.keys()].filter((i) => opened && indices[i] !== undefined);
  for (const [i, lead] of leads.entries()) {
    if (held.includes(i)) continue;
    targets[i].physical.fill(Number.NaN);
    targets[i].digital?.fill(targets[i].invalid);
    lead.invalidSamples += targets[i].physical.length;
  }
  if (!opened || held.length === 0) return;
  const channels = held.map((i) => indices[i]!);
  const frames = { from, to, total: opened.total };
  const open = (position: number) => targets[held[position]];
  const invalid = await readSignals(source, opened, { channels, frames, smooth, open }, warnings);
  for (const [position, i] of held.entries()) leads[i].invalidSamples += invalid[position];
}

/** A segment's header, and how many frames the segment has. */
interface OpenedSegment extends OpenedHeader {
  total: number;
}

/** Opens the header of a segment, each once, and holds its length against the line that names it. */
function segmentOpener(source: Source, file: string, folder: string) {
  const known = new Map<string, OpenedSegment>();
  return async ({ recordName, sigLen, line }: WfdbSegment): Promise<OpenedSegment> => {
    const place = { file, line };
    let opened = known.get(recordName);
    if (!opened) {
      const header = await asWfdbError(place, openHeader(source, folder + recordName), source);
      if (header.header.segments) {
        throw new WfdbError(place, `segment ${quote(recordName)} has segments itself, which a segment may not`);
      }
      opened = { ...header, total: await countFrames(source, header) };
      known.set(recordName, opened);
    }
    if (opened.total < sigLen) {
      const found = `expected at most ${opened.total} as in ${opened.file}, found ${sigLen}`;
      throw new WfdbError({ ...place, field: 'segment length' }, found);
    }
    return opened;
  };
}
