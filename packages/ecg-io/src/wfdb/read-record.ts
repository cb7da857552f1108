import type { EcgRecord } from '../record.ts';
import type { Source } from '../source/source.ts';
import { WfdbError } from './error.ts';
import type { WfdbHeader } from './header-types.ts';
import { asWfdbError, readHeader, recordPath } from './read-header.ts';
import { type Frames, readSignalFile, type StoredSignal } from './read-signal-file.ts';
import { toPhysical } from './samples.ts';
import { chooseChannels, frameRange } from './selection.ts';
import { checkSize, framesIn, type SignalFile, signalFiles } from './signal-file.ts';

/** What to read of a record; everything by default. */
export interface ReadOptions {
  /** Leads in the order wanted, by index or by name; upper and lower case count only where they tell two leads apart. */
  channels?: (number | string)[];
  /** First frame, 0 by default. */
  from?: number;
  /** The frame behind the last one, by default the record's length. */
  to?: number;
  /** Also return the integers as stored, in `record.digital`; false by default. */
  digital?: boolean;
}

/**
 * Reads a WFDB record: its header and, of its signal files, only the bytes of the files and frames asked for. Signals that are out of step
 * in the file (skew) are lined up; a lead with several samples per frame keeps them all.
 *
 * A checksum or initial value that does not fit, bytes behind the last sample and the like are found in `meta.warnings`.
 *
 * @param name the record inside the source, '00001_hr' or 'records500/00000/00001_hr', with or without '.hea' or '.dat'
 * @throws WfdbError if the header, a signal file or an option is wrong: missing or truncated file, unknown format, no such lead,
 * multi-segment record
 */
export async function readRecord(source: Source, name: string, options: ReadOptions = {}): Promise<EcgRecord> {
  const path = recordPath(name);
  const headerFile = `${path}.hea`;
  const header = await readHeader(source, name);
  if (header.segments) {
    const count = header.segments.length;
    throw new WfdbError(
      { file: headerFile },
      `multi-segment records are not supported yet; this one has ${count} segments`,
    );
  }

  const leads = leadNames(header);
  const channels = chooseChannels(leads, options.channels, headerFile);
  const isWanted = ({ index }: { index: number }) => channels.includes(index);
  const files = signalFiles(header, headerFile, path.slice(0, path.lastIndexOf('/') + 1));
  const wanted = files.filter((file) => file.signals.some(isWanted));

  const { total, warnings } = await measure(source, header, headerFile, header.sigLen ? wanted : files);
  const frames = { ...frameRange(options, total, headerFile), total };
  const signals = new Map<number, StoredSignal>();
  for (const file of wanted) {
    const place = { file: headerFile, line: file.line };
    const read = await readSignalFile(source, file, file.signals.filter(isWanted), frames, place, warnings);
    for (const signal of read) signals.set(signal.index, signal);
  }

  const chosen = channels.map((channel) => signals.get(channel)!);
  const record = toRecord(header, path, leads, chosen, frames, [...header.warnings, ...warnings]);
  return options.digital ? { ...record, digital: chosen.map(({ digital }) => digital) } : record;
}

/** Frames in the record, once the files are known to hold them: nothing is reserved on the word of a header. */
async function measure(source: Source, header: WfdbHeader, headerFile: string, files: SignalFile[]) {
  const sizes: number[] = [];
  for (const { path, line } of files) sizes.push(await asWfdbError({ file: headerFile, line }, source.size(path)));
  const held = files.map((file, i) => framesIn(file, sizes[i]));
  const total = header.sigLen || (held.length > 0 ? Math.min(...held) : 0);
  const warnings = files.flatMap((file, i) => checkSize(file, sizes[i], total) ?? []);
  return { total, warnings };
}

/** The description; where there is none, what header(5) puts in its place. */
function leadNames(header: WfdbHeader): string[] {
  return header.signals.map(({ sigName }, index) => sigName ?? `record ${header.recordName}, signal ${index}`);
}

function toRecord(
  header: WfdbHeader,
  path: string,
  leads: string[],
  chosen: StoredSignal[],
  frames: Frames,
  warnings: string[],
): EcgRecord {
  const physical = chosen.map(({ digital, signal, invalid }) => toPhysical(digital, signal, invalid));
  const signals = chosen.map(({ signal }) => signal);
  const formats = chosen.map(({ fmt }) => fmt);
  return {
    name: path.slice(path.lastIndexOf('/') + 1),
    fs: header.fs,
    leads: chosen.map(({ index }) => leads[index]),
    units: signals.map(({ units }) => units),
    signal: physical.map(({ values }) => values),
    samples: frames.to - frames.from,
    startTime: startTime(header, frames.from),
    comments: header.comments,
    meta: {
      format: [...new Set(formats)].join(','),
      formats,
      gains: signals.map(({ adcGain }) => adcGain),
      baselines: signals.map(({ baseline }) => baseline),
      adcZeros: signals.map(({ adcZero }) => adcZero),
      adcResolutions: signals.map(({ adcRes }) => adcRes),
      sampsPerFrame: signals.map(({ sampsPerFrame }) => sampsPerFrame),
      invalidSamples: physical.map(({ invalidSamples }) => invalidSamples),
      warnings,
    },
  };
}

/** The instant of a frame, to the millisecond; a time without a date names none. */
function startTime({ baseDate, baseTime = '00:00:00', fs }: WfdbHeader, frame: number): Date | undefined {
  if (!baseDate) return undefined;
  const [clock, fraction = '0'] = baseTime.split('.');
  return new Date(Date.parse(`${baseDate}T${clock}Z`) + Number(`0.${fraction}`) * 1000 + (frame / fs) * 1000);
}
