import type { EcgRecord } from './record.ts';

/** What a file of plain numbers says about an ECG. */
interface Plain {
  name: string;
  format: string;
  fs: number;
  leads: string[];
  /** One for all leads, or one per lead. */
  units: string | string[];
  /** One array per lead, in physical units. */
  signal: Float32Array[];
  /** Physical units per number in the file, 1 by default. */
  scale?: number;
  comments?: string[];
  warnings?: string[];
}

/** A record from a format that knows neither converter nor calibration: gain 1 / scale, baseline 0, and NaN is what is invalid. */
export function plainRecord(plain: Plain): EcgRecord {
  const { name, format, fs, leads, units, signal, scale = 1, comments = [], warnings = [] } = plain;
  const forEach = <T>(value: T) => leads.map(() => value);
  return {
    name,
    fs,
    leads,
    units: typeof units === 'string' ? forEach(units) : units,
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
      warnings,
    },
  };
}

function countNaN(values: Float32Array): number {
  let count = 0;
  for (let i = 0; i < values.length; i++) if (Number.isNaN(values[i])) count++;
  return count;
}

/** 'folder/rec.csv' is the record rec. */
export function recordName(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1).replace(/(?<=.)\.[^.]*$/, '');
}
