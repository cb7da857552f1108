import { assertSource, type Source } from '@heartllm/source';
import { EcgFileError } from '../file-error.ts';
import { recordName } from '../plain-record.ts';
import type { EcgRecord } from '../record.ts';
import { canonicalUnit } from '../units.ts';
import { recordOnsets } from './annotations.ts';
import { type Calibration, calibrationOf, uncalibrated } from './calibration.ts';
import type { EdfSignal } from './header.ts';
import { type EdfFile, openEdf } from './open-edf.ts';
import { chooseSignals, frameRange } from './selection.ts';

/** What to read of an EDF file; by default all frames of the ECG. */
export interface EdfOptions {
  /**
   * Signals in the order wanted, by index or by label; upper and lower case count only where they tell two labels apart. By default those
   * that can be calibrated and have the rate of the ECG leads; a warning names those that are left out.
   */
  channels?: (number | string)[];
  /** Unit of the signals whose field for it is empty. */
  units?: string;
  /** First frame, 0 by default. */
  from?: number;
  /** The frame behind the last one, by default the length. */
  to?: number;
  /** Also return the integers as stored, in `record.digital`; false by default. */
  digital?: boolean;
}

/** What stands for a sample in a gap; no sample of 16 or 24 bits is as low. */
const GAP = -(2 ** 31);
/** Samples that may be put into gaps, in all: an hour of 12 leads at 250 Hz, or ten times what was recorded. A few bytes can claim years. */
const MOST_GAP = 1.08e7;

/**
 * Reads signals of an EDF, EDF+ or BDF file (https://www.edfplus.info/specs/edf.html). Signals that are asked for and have different rates come
 * as several samples per frame: `fs` is the highest rate of frames that divides theirs. The gaps of an EDF+D file are filled with NaN. What the header says about the patient is not read; annotations are, by
 * readEdfAnnotations.
 *
 * ```ts
 * const record = await readEdf(source, 'night.edf', { channels: ['ECG I', 'ECG II'] });
 * ```
 *
 * @param path inside the source, with its suffix
 * @throws EcgFileError if the header or an option is wrong, or the file truncated; SourceError if it cannot be read
 */
export async function readEdf(source: Source, path: string, options: EdfOptions = {}): Promise<EcgRecord> {
  assertSource(source, 'readEdf');
  const edf = await openEdf(source, path);
  const { header } = edf;
  const warnings = [...header.warnings];
  const signals = chooseSignals(header.signals, options.channels, path, warnings);
  if (options.units !== undefined && signals.every(({ units }) => units !== '')) {
    throw new EcgFileError({ file: path, field: 'units' }, 'every signal tells its unit itself');
  }
  const calibrations = signals.map((signal) => {
    const calibration = calibrationOf(signal);
    if (!calibration) throw uncalibrated(signal, path);
    return calibration;
  });
  if (!(header.duration > 0)) {
    throw new EcgFileError(
      { file: path, offset: 244 },
      `expected data records longer than 0 s, found ${header.duration}`,
    );
  }

  const perRecord = signals.map(({ samplesPerRecord }) => samplesPerRecord).reduce(greatestDivisor, 0);
  const fs = Number((perRecord / header.duration).toPrecision(12));
  const sampsPerFrame = signals.map(({ samplesPerRecord }) => samplesPerRecord / perRecord);
  const { origin, startOf } = await timeline(edf, perRecord, fs, path, warnings);
  const total = header.records === 0 ? 0 : startOf(header.records - 1) + perRecord;
  const { from, to } = frameRange(options, total, path);
  const records = {
    from: firstRecord(header.records, (record) => startOf(record) + perRecord > from),
    to: firstRecord(header.records, (record) => startOf(record) >= to),
  };
  const frameSize = sampsPerFrame.reduce((sum, count) => sum + count, 0);
  const gap = to - from - (records.to - records.from) * perRecord;
  if (gap > 10 * (records.to - records.from) * perRecord && gap * frameSize > MOST_GAP) {
    const message = `gaps of ${Math.round(gap / fs)} s are too long to be filled: ask for the frames between them with from and to`;
    throw new EcgFileError({ file: path }, message);
  }
  const digital = sampsPerFrame.map((count) => new Int32Array((to - from) * count).fill(GAP));
  for await (const { record, bytes } of edf.records(records.from, records.to)) {
    for (const [i, signal] of signals.entries()) {
      copySamples(bytes, signal, header.bytesPerSample, digital[i], (startOf(record) - from) * sampsPerFrame[i]);
    }
  }

  const physical = digital.map((samples, i) => toPhysical(samples, calibrations[i]));
  const result: EcgRecord = {
    name: recordName(path),
    fs,
    leads: signals.map(({ label }) => label),
    units: signals.map(({ units }) => units || canonicalUnit(options.units ?? '')),
    signal: physical.map(({ values }) => values),
    samples: to - from,
    startTime: header.startTime && new Date(header.startTime.getTime() + (origin + from / fs) * 1000),
    comments: [],
    meta: {
      format: header.format,
      formats: signals.map(() => header.format),
      gains: calibrations.map(({ gain }) => gain),
      baselines: calibrations.map(({ baseline }) => baseline),
      adcZeros: signals.map(({ digitalMin, digitalMax }) => Math.ceil((digitalMin + digitalMax) / 2) + 0),
      adcResolutions: signals.map(({ digitalMin, digitalMax }) =>
        Math.ceil(Math.log2(Math.abs(digitalMax - digitalMin) + 1)),
      ),
      sampsPerFrame,
      invalidSamples: physical.map(({ invalid }) => invalid),
      warnings,
    },
  };
  return options.digital ? { ...result, digital } : result;
}

/** When the first data record begins, in seconds after the start time, and the frame at which each begins. */
async function timeline(edf: EdfFile, perRecord: number, fs: number, file: string, warnings: string[]) {
  const { records, continuous, signals, headerBytes, recordBytes } = edf.header;
  if (continuous) {
    const startOf = (record: number) => record * perRecord;
    const saysOnset = records > 0 && signals.some(({ isAnnotation }) => isAnnotation);
    if (!saysOnset) return { origin: 0, startOf };
    try {
      return { origin: (await recordOnsets(edf, 1, file))[0], startOf };
    } catch (error) {
      if (!(error instanceof EcgFileError)) throw error;
      warnings.push(`${error.message}; the fraction of a second in the start time is unknown`);
      return { origin: 0, startOf };
    }
  }
  const onsets = await recordOnsets(edf, records, file);
  const origin = onsets[0] ?? 0;
  const startOf = (record: number) => Math.round((onsets[record] - origin) * fs);
  for (let record = 1; record < records; record++) {
    if (startOf(record) >= startOf(record - 1) + perRecord) continue;
    const message = `data record ${record} begins at ${onsets[record]} s, before the one before it ends`;
    throw new EcgFileError({ file, offset: headerBytes + record * recordBytes }, message);
  }
  return { origin, startOf };
}

/** The first of `count` records for which something holds that holds for all behind it, or `count`. */
function firstRecord(count: number, holds: (record: number) => boolean): number {
  let [least, most] = [0, count];
  while (least < most) {
    const middle = Math.floor((least + most) / 2);
    if (holds(middle)) most = middle;
    else least = middle + 1;
  }
  return least;
}

/** Copies a signal's samples of one data record to `at`; what lies outside the range asked for falls away. */
function copySamples(bytes: DataView, signal: EdfSignal, bytesPerSample: number, to: Int32Array, at: number): void {
  const { byteOffset, samplesPerRecord } = signal;
  const begin = Math.max(0, -at);
  const end = Math.min(samplesPerRecord, to.length - at);
  for (let i = begin; i < end; i++) {
    const place = byteOffset + i * bytesPerSample;
    to[at + i] =
      bytesPerSample === 2
        ? bytes.getInt16(place, true)
        : bytes.getUint16(place, true) | (bytes.getInt8(place + 2) << 16);
  }
}

function toPhysical(digital: Int32Array, { gain, baseline }: Calibration) {
  const values = new Float32Array(digital.length);
  let invalid = 0;
  for (let i = 0; i < digital.length; i++) {
    if (digital[i] === GAP) invalid++;
    values[i] = digital[i] === GAP ? Number.NaN : (digital[i] - baseline) / gain;
  }
  return { values, invalid };
}

function greatestDivisor(a: number, b: number): number {
  return b === 0 ? a : greatestDivisor(b, a % b);
}
