import { printedLead } from '@heartllm/ecg-io';
import { millivoltsPer } from '@heartllm/ecg-plot';
import { shownText } from '../dom.ts';

/** A lead as it is drawn. */
export interface Trace {
  /** 'aVR' */
  name: string;
  /** The name; of what is no voltage also the unit, and that it is not in scale. */
  label: string;
  /** In mV, NaN where invalid; what is no voltage is scaled to go up and down by MILLIVOLTS. */
  values: Float32Array;
  /** By what a value of the recording was multiplied. */
  factor: number;
  /** Samples per second. */
  fs: number;
  /** The value that lies on the row's baseline. */
  zero: number;
  /** Second of the recording at which `values` begin. */
  start: number;
}

/** What is needed of an EcgRecord to draw it. */
export interface Drawable {
  fs: number;
  samples: number;
  leads: string[];
  units: string[];
  signal: Float32Array[];
}

/** The twelve leads as they are usually ordered and written. */
const ORDER = ['I', 'II', 'III', 'aVR', 'aVL', 'aVF', 'V1', 'V2', 'V3', 'V4', 'V5', 'V6'];

/** What is no voltage is drawn this high, a pressure or a breath for instance. */
const MILLIVOLTS = 1.5;

/**
 * The traces of a recording: the twelve leads in their usual order and spelling (`aVR`, whatever the file's case), others
 * behind them in the order of the file.
 */
export function tracesOf({ fs, samples, leads, units, signal }: Drawable): Trace[] {
  const rank = (label: string) => {
    const index = ORDER.indexOf(label);
    return index < 0 ? ORDER.length : index;
  };
  const traces = leads.map((given, i): Trace => {
    const name =
      ORDER.find((lead) => lead.toUpperCase() === given.trim().toUpperCase()) ?? shownText(printedLead(given, i));
    const voltage = millivoltsPer(units[i]);
    const label = voltage === undefined ? `${name} (${shownText(units[i]) || 'no unit'}, not in scale)` : name;
    const factor = voltage ?? MILLIVOLTS / range(signal[i]);
    const values = scaled(signal[i], factor);
    const rate = (fs * values.length) / Math.max(1, samples);
    return { name, label, values, factor, fs: rate, zero: median(values), start: 0 };
  });
  return traces.sort((a, b) => rank(a.name) - rank(b.name));
}

/** Values times a factor; the very same where it is 1. */
export function scaled(values: Float32Array, factor: number): Float32Array {
  return factor === 1 ? values : values.map((value) => value * factor);
}

/** From the lowest to the highest valid sample, a few outliers aside; 1 where it is flat. */
function range(values: Float32Array): number {
  const sorted = sortedSamples(values);
  const last = sorted.length - 1;
  return sorted[Math.floor(0.995 * last)] - sorted[Math.ceil(0.005 * last)] || 1;
}

/** The median of the valid samples, as an AC-coupled recorder's zero line; 0 where there is none. */
function median(values: Float32Array): number {
  const sorted = sortedSamples(values);
  return sorted[sorted.length >> 1] ?? 0;
}

/** Enough of a recording of hours to know its range. */
const SAMPLES = 50_000;

/** Valid samples in rising order; of a long lead some, evenly spread. */
export function sortedSamples(values: Float32Array): Float32Array {
  const step = Math.max(1, Math.floor(values.length / SAMPLES));
  const some = step === 1 ? values : values.filter((_, i) => i % step === 0);
  return some.filter(Number.isFinite).sort();
}
