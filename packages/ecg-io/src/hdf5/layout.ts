import type { Axis } from '../array/axes.ts';

/**
 * Where the exams of an HDF5 file are and what their numbers mean. The defaults are the layout of the CODE data sets
 * (https://zenodo.org/records/4916206): `tracings` [exams, 4096, 12] at 400 Hz in mV, `exam_id` [exams].
 */
export interface Hdf5Layout {
  /** Path of the dataset with the signals, 'tracings' by default; numbers of any width, float16 and int16 among them. */
  tracings?: string;
  /** Path of the dataset with one id per exam, integers or strings; 'exam_id' by default if there is one; null for none. */
  ids?: string | null;
  /** What the axes of `tracings` are. By default exams come first, and of the other two the one as long as `leads` is the leads. */
  axes?: readonly Axis[];
  /** Samples per second, 400 by default. */
  fs?: number;
  /** The leads in the order of the file; by default, of twelve, I, II, III, AVR, AVL, AVF, V1 to V6, as in CODE. */
  leads?: readonly string[];
  /**
   * Unit of the signals once scaled; by default what the attribute `units` of the dataset says. Where it says none it is 'mV', unless a value is
   * beyond 20, which no ECG in mV has: then '', with a warning. Floats in CODE's own `tracings` stay in mV.
   */
  units?: string;
  /** Physical units per number in the file, 1 by default; 0.001 for integers in microvolts that shall become mV. */
  scale?: number;
  /**
   * What to do with the zeros that CODE puts before and behind an exam to make all 4096 samples long: 'keep' them (the default: what is
   * in the file) or 'trim' them.
   */
  padding?: 'keep' | 'trim';
}

/** The samples [from, to) of an exam without what is zero in all leads before and behind; an exam of zeros is left whole. */
export function withoutPadding(signal: Float32Array[]): Float32Array[] {
  const samples = signal[0]?.length ?? 0;
  const isZero = (sample: number) => signal.every((lead) => lead[sample] === 0);
  let from = 0;
  while (from < samples && isZero(from)) from++;
  if (from === samples) return signal;
  let to = samples;
  while (isZero(to - 1)) to--;
  return signal.map((lead) => lead.slice(from, to));
}
