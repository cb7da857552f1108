import type { EcgMeta } from '../../record.ts';
import { quote, WfdbError, type WfdbPlace } from '../error.ts';
import { codings } from '../formats/index.ts';
import { type Calibration, chooseCalibration, roundHalfToEven } from './calibration.ts';
import type { WritableFormat } from './sample-formats.ts';

/** What {@link encodeRecord} takes: an EcgRecord, or of it at least name, rate, leads and samples. */
export interface RecordInput {
  /** Letters, digits, `_` and `-`. */
  name: string;
  /** Frames per second, in Hz. */
  fs: number;
  /** Their names, of one line each. */
  leads: readonly string[];
  /** Of each lead, 'mV' by default. */
  units?: readonly string[];
  /** Physical units, NaN where a sample is invalid; may be left out where `digital` is given. */
  signal?: readonly ArrayLike<number>[];
  /** The integers to store; they need `meta.gains`. */
  digital?: readonly ArrayLike<number>[];
  /** Frames, by default as many as the first lead has samples. A lead with twice as many samples has two per frame. */
  samples?: number;
  /** Written as the base date and time, in UTC, to the millisecond. */
  startTime?: Date;
  /** Lines for the header, without '#'; none by default. */
  comments?: readonly string[];
  /**
   * As a reader gives it, one entry per lead: `gains` (digital units per physical unit), `baselines` (0 by default), `formats` (where the
   * integers came from), converter and counter.
   */
  meta?: Partial<
    Pick<
      EcgMeta,
      'formats' | 'gains' | 'baselines' | 'adcZeros' | 'adcResolutions' | 'counterFreq' | 'baseCounter' | 'baseTime'
    >
  >;
}

/** A lead as it is stored. */
export interface DigitalLead extends Calibration {
  samples: Int32Array;
  sampsPerFrame: number;
}

/**
 * The integers of a lead: those of `digital`, or else its physical samples with the gain and baseline of the file they came from, or else
 * with ones that fill the range of the format.
 *
 * @param file the header, for messages
 * @throws WfdbError naming lead and sample
 */
export function digitalLead(record: RecordInput, index: number, format: WritableFormat, file: string): DigitalLead {
  const { leads, meta = {} } = record;
  const place: WfdbPlace = { file, field: `lead ${quote(leads[index])}` };
  const signal = record.signal?.[index];
  const digital = record.digital?.[index];
  const source = digital ?? signal;
  if (!source) throw new WfdbError(place, 'expected samples in signal or digital, found none');
  if (digital && signal && digital.length !== signal.length) {
    throw new WfdbError(
      place,
      `expected as many digital as physical samples, found ${digital.length} and ${signal.length}`,
    );
  }

  const sourceFormat = meta.formats?.[index];
  // Files of plain numbers have no calibration; the gain of their records only says what a number means.
  const isCalibrated = digital || sourceFormat === undefined || codings.has(sourceFormat);
  const gain = isCalibrated ? meta.gains?.[index] : undefined;
  if (digital && gain === undefined) throw new WfdbError(place, 'digital samples need their gain in meta.gains');
  const calibration =
    gain === undefined ? chooseCalibration(source, format) : { gain, baseline: meta.baselines?.[index] ?? 0 };
  checkCalibration(calibration, place);

  const sampsPerFrame = perFrame(record, source.length, place);
  const samples = digital
    ? storeDigital(digital, signal, calibration, sourceFormat, format, place)
    : quantize(signal!, calibration, format, place);
  return { samples, sampsPerFrame, ...calibration };
}

function quantize(
  signal: ArrayLike<number>,
  { gain, baseline }: Calibration,
  format: WritableFormat,
  place: WfdbPlace,
): Int32Array {
  const samples = new Int32Array(signal.length);
  for (let i = 0; i < signal.length; i++) {
    const value = roundHalfToEven(signal[i] * gain + baseline);
    if (value > format.invalid && value <= format.highest) samples[i] = value;
    else if (Number.isNaN(signal[i])) samples[i] = format.invalid;
    else throw outOfRange(i, `${value}, from ${signal[i]} with gain ${gain}`, format, place);
  }
  return samples;
}

/** Keeps the integers; the mark of invalid samples becomes that of the new format. */
function storeDigital(
  digital: ArrayLike<number>,
  signal: ArrayLike<number> | undefined,
  { gain, baseline }: Calibration,
  sourceFormat: string | undefined,
  format: WritableFormat,
  place: WfdbPlace,
): Int32Array {
  const mark = codings.get(sourceFormat ?? format.fmt)?.invalid;
  // Beside a signal the mark alone says nothing: segments brought to one gain may give it as a value.
  const isInvalid = (i: number) =>
    signal ? Number.isNaN(signal[i]) || (digital[i] === mark && mark <= format.invalid) : digital[i] === mark;
  const samples = new Int32Array(digital.length);
  for (let i = 0; i < digital.length; i++) {
    const value = digital[i];
    if (isInvalid(i)) {
      samples[i] = format.invalid;
    } else if (!Number.isInteger(value) || value <= format.invalid || value > format.highest) {
      throw outOfRange(i, String(value), format, place);
    } else {
      // A signal that was changed after it was read would be lost without a word.
      const expected = signal ? signal[i] * gain + baseline : value;
      if (!(Math.abs(expected - value) <= 1 + Math.abs(expected - baseline) * FLOAT32_ERROR)) {
        const found = `signal says ${signal![i]}, digital ${value} with gain ${gain} and baseline ${baseline}`;
        throw new WfdbError(inSample(place, i), `${found}: give one of them`);
      }
      samples[i] = value;
    }
  }
  return samples;
}

const FLOAT32_ERROR = 2 ** -23;

function checkCalibration({ gain, baseline }: Calibration, place: WfdbPlace): void {
  if (!Number.isFinite(gain) || gain === 0) throw new WfdbError(place, `expected a gain other than 0, found ${gain}`);
  if (!Number.isInteger(baseline) || Math.abs(baseline) > 0x7fffffff) {
    throw new WfdbError(place, `expected a baseline of whole 32 bits, found ${baseline}`);
  }
}

function perFrame({ samples }: RecordInput, length: number, place: WfdbPlace): number {
  if (!samples && length === 0) return 1;
  const count = length / (samples ?? length);
  if (Number.isInteger(count) && count > 0) return count;
  throw new WfdbError(place, `expected ${samples} samples or a multiple of it, found ${length}`);
}

function outOfRange(sample: number, found: string, format: WritableFormat, place: WfdbPlace): WfdbError {
  const message = `expected an integer within ${format.invalid + 1}..${format.highest}, as format ${format.fmt} holds, found ${found}`;
  return new WfdbError(inSample(place, sample), message);
}

function inSample(place: WfdbPlace, sample: number): WfdbPlace {
  return { ...place, field: `${place.field}, sample ${sample}` };
}
