import { WfdbError } from '../error.ts';
import { checksum } from '../samples.ts';
import { checkName } from './check-name.ts';
import { type DigitalLead, digitalLead, type RecordInput } from './digital-lead.ts';
import { type HeaderInput, headerText } from './header-text.ts';
import { type WritableFormat, writableFormat } from './sample-formats.ts';

export type { RecordInput } from './digital-lead.ts';

/** How samples are stored in the signal file. */
export interface WriteOptions {
  /** Signal format by its WFDB number: 16 (the default), 24, 32, 80 or 212; one for all leads, or one per lead. */
  format?: string | number | readonly (string | number)[];
}

/**
 * The files of a WFDB record (https://physionet.org/physiotools/wag/header-5.htm and signal-5.htm) by name, the header last;
 * `memorySource(encodeRecord(record))` reads them again.
 *
 * Where the record has `digital`, its integers are stored. Otherwise the signal is quantized: with its own gain and baseline, or, if it has
 * none, with ones that fill the range of the format. NaN becomes the format's mark of an invalid sample. Leads of one format share a file;
 * a change of format begins a new one (`rec_1.dat`, `rec_2.dat`).
 *
 * @throws WfdbError naming lead and sample for a value that the format cannot hold, and for what a header cannot say
 */
export function encodeRecord(record: RecordInput, options: WriteOptions = {}): Map<string, Uint8Array> {
  const { name, leads } = record;
  const file = `${name}.hea`;
  checkName(name, { file, field: 'record name' });
  const formats = leadFormats(leads.length, options.format ?? '16', file);
  const frames = record.samples ?? (record.digital ?? record.signal)?.[0]?.length ?? 0;
  const digital = leads.map((_, i) => digitalLead({ ...record, samples: frames }, i, formats[i], file));

  const groups = groupByFile(formats);
  const fileNames = groups.map((_, i) => (groups.length === 1 ? `${name}.dat` : `${name}_${i + 1}.dat`));
  const files = new Map<string, Uint8Array>();
  groups.forEach((group, i) => {
    const samples = interleave(
      group.map((lead) => digital[lead]),
      frames,
    );
    files.set(fileNames[i], formats[group[0]].pack(samples));
  });
  const signals = groups.flatMap((group, i) => {
    return group.map((lead) => describe(record, lead, digital[lead], formats[lead], fileNames[i]));
  });
  return files.set(file, new TextEncoder().encode(headerText(header(record, frames, signals), file)));
}

function leadFormats(count: number, format: NonNullable<WriteOptions['format']>, file: string): WritableFormat[] {
  const place = { file, field: 'format' };
  if (typeof format === 'string' || typeof format === 'number') {
    return new Array(count).fill(writableFormat(format, place));
  }
  if (format.length !== count) throw new WfdbError(place, `expected ${count}, one per lead, found ${format.length}`);
  return format.map((each) => writableFormat(each, place));
}

/** Runs of leads with the same format; header(5) wants the signals of a file to stand together. */
function groupByFile(formats: WritableFormat[]): number[][] {
  const groups: number[][] = [];
  formats.forEach((format, i) => {
    if (i > 0 && formats[i - 1] === format) groups[groups.length - 1].push(i);
    else groups.push([i]);
  });
  return groups;
}

/** Frame by frame the samples of every lead; [frames * samples per frame of all leads]. */
function interleave(leads: DigitalLead[], frames: number): Int32Array {
  const frameSize = leads.reduce((sum, { sampsPerFrame }) => sum + sampsPerFrame, 0);
  const woven = new Int32Array(frames * frameSize);
  let slot = 0;
  for (const { samples, sampsPerFrame } of leads) {
    for (let frame = 0, i = 0; frame < frames; frame++) {
      for (let k = 0; k < sampsPerFrame; k++) woven[frame * frameSize + slot + k] = samples[i++];
    }
    slot += sampsPerFrame;
  }
  return woven;
}

function describe(
  { leads, units, meta = {} }: RecordInput,
  index: number,
  { samples, sampsPerFrame, gain, baseline }: DigitalLead,
  { fmt, bits }: WritableFormat,
  fileName: string,
): HeaderInput['signals'][number] {
  return {
    fileName,
    fmt,
    sampsPerFrame,
    adcGain: gain,
    baseline,
    units: units?.[index] ?? 'mV',
    adcRes: meta.adcResolutions?.[index] ?? bits,
    adcZero: meta.adcZeros?.[index] ?? 0,
    initValue: samples.length > 0 ? samples[0] : 0,
    checksum: checksum(samples),
    sigName: leads[index],
  };
}

function header(record: RecordInput, sigLen: number, signals: HeaderInput['signals']): HeaderInput {
  const { name: recordName, fs, startTime, comments = [], meta = {} } = record;
  const { counterFreq, baseCounter } = meta;
  const clock = startTime ? dateAndTime(startTime, recordName) : { baseTime: meta.baseTime };
  return { recordName, fs, counterFreq, baseCounter, sigLen, ...clock, signals, comments };
}

function dateAndTime(startTime: Date, name: string): { baseDate: string; baseTime: string } {
  const iso = Number.isNaN(startTime.getTime()) ? '' : startTime.toISOString();
  const [, baseDate, clock, fraction] = /^(\d{4}-\d\d-\d\d)T(.*?)\.(\d{3})Z$/.exec(iso) ?? [];
  if (baseDate === undefined) {
    const place = { file: `${name}.hea`, field: 'startTime' };
    throw new WfdbError(place, `expected a date in the years 0 to 9999, found ${iso || 'an invalid date'}`);
  }
  return { baseDate, baseTime: fraction === '000' ? clock : `${clock}.${fraction}` };
}
