import type { Identity } from './identity.ts';

/** The data sets whose tables or headers are read. */
export const DATASETS = ['ptb-xl', 'mimic-iv-ecg', 'code-15', 'ludb', 'challenge'] as const;
/** One of {@link DATASETS}. */
export type DatasetName = (typeof DATASETS)[number];

/** Where the signal of an ECG lies, inside the data set's folder. */
export type Recording =
  | { format: 'wfdb'; path: string } // without suffix: 'records500/00000/00001_hr'
  | { format: 'hdf5'; path: string; exam: number }; // 'exams_part0.hdf5' and the exam's number in it

/** What the data set says about an ECG. */
export interface EcgLabel {
  /** SCP-ECG (PTB-XL), SNOMED CT (Challenge), the column's name (CODE-15%, LUDB). */
  code: string;
  /** In words, as the data set has them. */
  name: string;
  /** Per cent, from PTB-XL only; absent where it is not known. */
  likelihood?: number;
}

/** One ECG of any data set. Everything but `identity` (and what a path spells out) may go into a prompt. */
export interface EcgRow {
  dataset: DatasetName;
  /** For splits and joins only. */
  identity: Identity;
  recording: Recording;
  /** Years; ages above 89 are not told apart, because they point at single persons. */
  age?: number | 'over 89';
  sex?: 'male' | 'female';
  height?: number; // cm
  weight?: number; // kg
  labels: EcgLabel[];
  /** The original text in its language, without dates; '' where there is none. */
  report: string;
  /** The data set's own split, PTB-XL's 1 to 10. */
  fold?: number;
  /** What the machine measured (MIMIC-IV-ECG), by the names of the table; unknown ones are absent. */
  measurements?: Record<string, number>;
  /** Table or header that it was read from, and the line in it. */
  file: string;
  line: number;
}

/** The age as it may be told; undefined where it is not known or cannot be one. */
export function coarseAge(years: number | undefined): number | 'over 89' | undefined {
  if (years === undefined || !(years >= 0)) return undefined;
  return years > 89 ? 'over 89' : years;
}

/** A field that is absent, not undefined, where nothing is known: rows stay the same through JSON. */
export function known<K extends string, V>(key: K, value: V | undefined): Partial<Record<K, V>> {
  return value === undefined ? {} : ({ [key]: value } as Record<K, V>);
}
