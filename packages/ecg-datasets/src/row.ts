import type { Identity } from './identity.ts';

/** The data sets whose tables or headers are read. */
export const DATASETS = ['ptb-xl', 'mimic-iv-ecg', 'code-15', 'ludb', 'challenge'] as const;
/** One of {@link DATASETS}. */
export type DatasetName = (typeof DATASETS)[number];

/** Where the signal of an ECG lies, inside the data set's folder. */
export type Recording =
  | {
      /** A WFDB record: a header and its signal files. */
      format: 'wfdb';
      /** Without suffix: 'records500/00000/00001_hr'. */
      path: string;
    }
  | {
      /** One of the exams of an HDF5 file. */
      format: 'hdf5';
      /** 'exams_part0.hdf5' */
      path: string;
      /** The exam's id in the file, as `Hdf5Exams.byId` takes it. */
      exam: number;
    };

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
  /** Which data set the row is of, and so what its labels mean. */
  dataset: DatasetName;
  /** For splits and joins only. */
  identity: Identity;
  /** Where the signal lies; {@link Recordings} reads it. */
  recording: Recording;
  /** Years; ages above 89 are not told apart, because they point at single persons. */
  age?: number | 'over 89';
  /** As the data set states it; absent where it does not. */
  sex?: 'male' | 'female';
  /** cm, PTB-XL only. */
  height?: number;
  /** kg, PTB-XL only. */
  weight?: number;
  /** In the data set's order; [] where it has none: MIMIC-IV-ECG has a report instead. */
  labels: EcgLabel[];
  /** The original text in its language, without dates; '' where there is none. */
  report: string;
  /** The data set's own split, PTB-XL's 1 to 10. */
  fold?: number;
  /**
   * What the machine measured (MIMIC-IV-ECG), by the names of the table, in ms and, the axes, in degrees; unknown ones
   * are absent.
   */
  measurements?: Record<string, number>;
  /** Table or header that it was read from, by its path inside the source. */
  file: string;
  /** Line of `file`, from 1, where the row begins. */
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
