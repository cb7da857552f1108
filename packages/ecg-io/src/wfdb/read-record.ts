import { assertSource, type Source } from '@heartllm/source';
import type { EcgRecord } from '../record.ts';
import { canonicalUnit } from '../units.ts';
import { counterAndTime, startTime } from './clock.ts';
import { readSegments } from './read-segments.ts';
import { type Lead, openHeader, readLeads } from './read-signals.ts';
import type { ReadOptions } from './selection.ts';

export type { ReadOptions } from './selection.ts';

/**
 * Reads a WFDB record (https://physionet.org/physiotools/wag/signal-5.htm): its headers and, of its signal files, only the bytes of the
 * files and frames asked for. Signals that are out of step in the file (skew) are lined up frame by frame; of several samples per frame each is given, or
 * with `smoothFrames` their mean. Segments of a multi-segment record are joined; gaps between them are NaN.
 *
 * A checksum or initial value that does not fit, bytes behind the last sample and the like are found in `meta.warnings`.
 *
 * @param name the record inside the source, '00001_hr' or 'records500/00000/00001_hr', with or without '.hea' or '.dat'
 * @returns physical units, (digital - baseline) / gain in float64 stored as float32, NaN where a sample is invalid
 * @throws WfdbError if the header, a signal file or an option is wrong: missing or truncated file, unknown format, no such lead
 */
export async function readRecord(source: Source, name: string, options: ReadOptions = {}): Promise<EcgRecord> {
  assertSource(source, 'readRecord');
  const opened = await openHeader(source, name);
  const { header, file } = opened;
  const warnings = [...header.warnings];
  const read = header.segments ? readSegments : readLeads;
  const request = { ...options, smoothFrames: options.smoothFrames ?? false };
  const { leads, frames } = await read(source, opened, request, warnings);
  const record: EcgRecord = {
    name: file.slice(file.lastIndexOf('/') + 1, -'.hea'.length),
    fs: header.fs,
    leads: leads.map((lead) => lead.name),
    units: leads.map(({ signal }) => canonicalUnit(signal.units)),
    signal: leads.map(({ physical }) => physical),
    samples: frames.to - frames.from,
    startTime: startTime(header, frames.from),
    comments: header.comments,
    meta: { ...describe(leads), ...counterAndTime(header, frames.from), warnings },
  };
  return options.digital ? { ...record, digital: leads.map(({ digital }) => digital!) } : record;
}

function describe(leads: Lead[]): Omit<EcgRecord['meta'], 'warnings'> {
  const formats = leads.map(({ fmt }) => fmt);
  const signals = leads.map(({ signal }) => signal);
  return {
    format: [...new Set(formats)].join(','),
    formats,
    gains: signals.map(({ adcGain }) => adcGain),
    baselines: signals.map(({ baseline }) => baseline),
    adcZeros: signals.map(({ adcZero }) => adcZero),
    adcResolutions: signals.map(({ adcRes }) => adcRes),
    sampsPerFrame: signals.map(({ sampsPerFrame }) => sampsPerFrame),
    invalidSamples: leads.map(({ invalidSamples }) => invalidSamples),
  };
}
