import { millivoltsPer } from 'heartllm';

/** A lead as it is drawn. */
export interface Trace {
  label: string;
  /** In mV (or the lead's own unit where that is no voltage), NaN where invalid. */
  values: Float32Array;
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

/**
 * The traces of a recording: the twelve leads in their usual order and spelling (`aVR`, whatever the file's case), others
 * behind them in the order of the file.
 */
export function tracesOf({ fs, samples, leads, units, signal }: Drawable): Trace[] {
  const rank = (label: string) => {
    const index = ORDER.indexOf(label);
    return index < 0 ? ORDER.length : index;
  };
  const traces = leads.map((name, i) => {
    const label = ORDER.find((lead) => lead.toUpperCase() === name.trim().toUpperCase()) ?? name;
    const factor = millivoltsPer(units[i]) ?? 1;
    const values = factor === 1 ? signal[i] : signal[i].map((value) => value * factor);
    return { label, values, fs: (fs * values.length) / Math.max(1, samples), zero: median(values), start: 0 };
  });
  return traces.sort((a, b) => rank(a.label) - rank(b.label));
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
