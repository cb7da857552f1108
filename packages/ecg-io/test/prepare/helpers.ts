import { maxRelativeError, testFiles } from '@heartllm/testing';
import { type EcgRecord, readRecord } from '../../src/index.ts';

export const fixtures = testFiles(import.meta.url, '../fixtures/');

/** Made by fixtures/prepare/make_golden.py; `expected` is float32 in base64. */
export interface Golden {
  resample: { from: number; to: number; expected: string }[];
  short: { n: number; from: number; to: number; expected: string }[];
  line: { from: number; to: number; expected: string }[];
  baseline: { fs: number; expected: string }[];
  mains: { fs: number; mains: 50 | 60; expected: string }[];
  zscore: { mean: number[]; std: number[] };
}

export async function readGolden(): Promise<Golden> {
  return JSON.parse(new TextDecoder().decode(await fixtures.read('prepare/golden.json')));
}

export function unpack(base64: string): Float32Array {
  return new Float32Array(Uint8Array.from(atob(base64), (char) => char.charCodeAt(0)).buffer);
}

export function realRecord(): Promise<EcgRecord> {
  return readRecord(fixtures, 'ptbxl/00001_hr');
}

/** Lead II of the real record, and 1.6 s of V5 raised by 3 mV, as make_golden.py takes them. */
export async function goldenInputs(): Promise<{ leadII: Float32Array; offsetV5: Float64Array }> {
  const { signal } = await realRecord();
  return { leadII: signal[1], offsetV5: Float64Array.from(signal[10].subarray(1000, 1800), (value) => value + 3) };
}

/** A record as a reader gives it, from the leads' samples. */
export function recordOf(leads: Record<string, ArrayLike<number>>, changes: Partial<EcgRecord> = {}): EcgRecord {
  const names = Object.keys(leads);
  const each = <T>(value: T): T[] => names.map(() => value);
  const signal = Object.values(leads).map((samples) => Float32Array.from(samples));
  return {
    name: 'rec',
    fs: 500,
    leads: names,
    units: each('mV'),
    signal,
    samples: signal[0]?.length ?? 0,
    comments: [],
    meta: {
      format: '16',
      formats: each('16'),
      gains: names.map((_, i) => 1000 + i),
      baselines: names.map((_, i) => i),
      adcZeros: each(0),
      adcResolutions: each(16),
      sampsPerFrame: each(1),
      invalidSamples: each(0),
      warnings: [],
    },
    ...changes,
  };
}

/** Root mean square of the difference, relative to that of the expected values; Infinity where lengths differ. */
export function rmsError(actual: ArrayLike<number>, expected: ArrayLike<number>): number {
  if (maxRelativeError(actual, expected) === Number.POSITIVE_INFINITY) return Number.POSITIVE_INFINITY;
  let [difference, size] = [0, 0];
  for (let i = 0; i < expected.length; i++) {
    difference += (actual[i] - expected[i]) ** 2;
    size += expected[i] ** 2;
  }
  return Math.sqrt(difference / (size || 1));
}

export function sine(frequency: number, fs: number, samples: number, phase = 0): Float64Array {
  return Float64Array.from({ length: samples }, (_, t) => Math.sin((2 * Math.PI * frequency * t) / fs + phase));
}

/** Amplitude of a sine that is nearly all of the samples: its effective value times the square root of 2. */
export function amplitude(samples: ArrayLike<number>): number {
  let squares = 0;
  for (let t = 0; t < samples.length; t++) squares += samples[t] ** 2;
  return Math.sqrt((2 * squares) / samples.length);
}
