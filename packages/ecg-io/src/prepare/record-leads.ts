import type { EcgMeta, EcgRecord } from '../record.ts';
import { PrepareError } from './error.ts';
import { namedLead } from './lead-names.ts';

/** Samples that are no number: NaN, and infinity, which no converter gives. */
export function countInvalid(samples: ArrayLike<number>): number {
  let count = 0;
  for (let t = 0; t < samples.length; t++) if (!Number.isFinite(samples[t])) count++;
  return count;
}

/** The entries of `meta` for these leads, by index into those of the record; one may be named more than once. */
export function pickMeta(meta: EcgMeta, indices: number[]): EcgMeta {
  const pick = <T>(values: T[]): T[] => indices.map((index) => values[index]);
  return {
    ...meta,
    formats: pick(meta.formats),
    gains: pick(meta.gains),
    baselines: pick(meta.baselines),
    adcZeros: pick(meta.adcZeros),
    adcResolutions: pick(meta.adcResolutions),
    sampsPerFrame: pick(meta.sampsPerFrame),
    invalidSamples: pick(meta.invalidSamples),
  };
}

/** The record with other samples, their invalid ones counted anew; the integers of the file no longer fit, so they are left out. */
export function withSignal(record: EcgRecord, signal: Float32Array[], warnings: string[] = []): EcgRecord {
  const { digital: _, ...rest } = record;
  const meta = {
    ...record.meta,
    invalidSamples: signal.map(countInvalid),
    warnings: [...record.meta.warnings, ...warnings],
  };
  return { ...rest, signal, meta };
}

/**
 * Samples per frame of a lead as they are in `signal`, 1 unless a reader was told to keep several apart.
 *
 * @throws PrepareError for a lead whose length does not fit the record's
 */
export function samplesPerFrame({ name, leads, samples, signal }: EcgRecord, index: number): number {
  if (samples === 0 && signal[index].length === 0) return 1;
  const perFrame = signal[index].length / samples;
  if (Number.isInteger(perFrame) && perFrame > 0) return perFrame;
  const message = `lead ${namedLead(leads[index])}: expected ${samples} samples or a multiple of it, found ${signal[index].length}`;
  throw new PrepareError(name, message);
}

/**
 * The record counted in the shortest frames that its leads allow: leads of 500 samples in frames of 1 Hz are leads of 500 Hz. Where a lead has
 * one sample per frame the record itself. Samples are shared, not copied; {@link selectLeads} does this for the leads it takes.
 */
export function withShortestFrames(record: EcgRecord): EcgRecord {
  const { fs, samples, signal, meta } = record;
  const perFrame = signal.map((lead) => lead.length / samples);
  const parts = perFrame.reduce(greatestDivisor, 0);
  if (!(parts > 1) || !perFrame.every(Number.isInteger)) return record;
  return {
    ...record,
    fs: Number((fs * parts).toPrecision(10)), // 1500 samples in frames of a third Hz are 500 Hz
    samples: samples * parts,
    meta: {
      ...meta,
      sampsPerFrame: perFrame.map((count) => count / parts),
      counterFreq: meta.counterFreq ?? (meta.baseCounter === undefined ? undefined : fs), // without its own it counts frames
    },
  };
}

function greatestDivisor(a: number, b: number): number {
  return b === 0 ? a : greatestDivisor(b, a % b);
}

/** 'rec: ' for a message, or nothing where the record has no name. */
export function namePrefix({ name }: EcgRecord): string {
  return name ? `${name}: ` : '';
}
