import type { EcgRecord } from './record.ts';
import { canonicalUnit } from './units.ts';

/** No ECG has more in mV: what is beyond that is in another unit. */
const MOST_MILLIVOLTS = 20;

/** What a file of plain numbers says about an ECG. */
interface Plain {
  name: string;
  format: string;
  fs: number;
  leads: string[];
  /** One for all leads, or one per lead; undefined where neither file nor caller names one. */
  units: string | undefined | (string | undefined)[];
  /** Files of this layout are known to be in mV though none says so: larger values than an ECG has are only a warning. */
  isKnownLayout?: boolean;
  /** One array per lead; in physical units unless there is a `scale`. */
  signal: Float32Array[];
  /** Physical units per number in the file, 1 by default. */
  scale?: number;
  comments?: string[];
  warnings?: string[];
}

/**
 * A record from a format that knows neither converter nor calibration: gain 1 / scale, baseline 0, and NaN is what is invalid. Leads without a
 * unit are in mV unless that cannot be; where they are said to be in mV and cannot be, a warning says so.
 */
export function plainRecord(plain: Plain): EcgRecord {
  const { name, format, fs, leads, signal, scale = 1, comments = [], warnings = [], isKnownLayout } = plain;
  const forEach = <T>(value: T) => leads.map(() => value);
  const named = (Array.isArray(plain.units) ? plain.units : forEach(plain.units)).map((unit) => {
    return unit === undefined ? (isKnownLayout ? 'mV' : undefined) : canonicalUnit(unit);
  });
  const largest = (unit: string | undefined) =>
    signal.reduce((most, lead, i) => (named[i] === unit ? Math.max(most, largestOf(lead)) : most), 0);
  const [assumed, said] = [largest(undefined), largest('mV')];
  const doubts: string[] = [];
  if (assumed > MOST_MILLIVOLTS)
    doubts.push(`no unit is named, and values up to ${short(assumed)} cannot be mV: give units`);
  if (said > MOST_MILLIVOLTS) doubts.push(`values up to ${short(said)} are more than an ECG has in mV`);
  return {
    name,
    fs,
    leads,
    units: named.map((unit) => unit ?? (assumed > MOST_MILLIVOLTS ? '' : 'mV')),
    signal,
    samples: signal[0]?.length ?? 0,
    comments,
    meta: {
      format,
      formats: forEach(format),
      gains: forEach(1 / scale),
      baselines: forEach(0),
      adcZeros: forEach(0),
      adcResolutions: forEach(undefined),
      sampsPerFrame: forEach(1),
      invalidSamples: signal.map(countNaN),
      warnings: [...warnings, ...doubts.map((doubt) => `${name}: ${doubt}`)],
    },
  };
}

function short(value: number): string {
  return String(Number(value.toPrecision(4)));
}

function countNaN(values: Float32Array): number {
  let count = 0;
  for (let i = 0; i < values.length; i++) if (Number.isNaN(values[i])) count++;
  return count;
}

/** The largest absolute value of a valid sample. */
function largestOf(values: Float32Array): number {
  let largest = 0;
  for (const value of values) if (Number.isFinite(value) && Math.abs(value) > largest) largest = Math.abs(value);
  return largest;
}

/** 'folder/rec.csv' is the record rec. */
export function recordName(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1).replace(/(?<=.)\.[^.]*$/, '');
}
