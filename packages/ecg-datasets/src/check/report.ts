import type { DatasetName } from '../row.ts';

/** What a folder may hold: one of the data sets, lists of questions and reports, or WFDB records of no known origin. */
export type CheckedDataset = DatasetName | 'ecg-qa' | 'heartllm' | 'wfdb';

/** Something that is not there, or not as it should be. */
export interface CheckProblem {
  file: string;
  line?: number;
  /** Without the file; shows nothing that identifies a patient. */
  message: string;
}

/** What a check found in one table, such as ptbxl_database.csv. */
export interface CheckedTable {
  file: string;
  /** Rows that could be read. */
  rows: number;
  /** Rows that could not; each is among the damaged. */
  wrongRows: number;
}

/** Recordings that the tables name (or, without a table, the headers); listed = intact + missing + damaged. */
export interface CheckedRecordings {
  /** 'records500', 'exams_part0.hdf5', ... */
  name: string;
  listed: number;
  intact: number;
  missing: number;
  damaged: number;
}

/** What a folder holds, what is missing and what is damaged. */
export interface CheckReport {
  dataset: CheckedDataset;
  tables: CheckedTable[];
  recordings: CheckedRecordings[];
  /** Patients that the tables tell apart; absent where they do not. */
  patients?: number;
  /** ECGs per fold, where the data set has folds. */
  folds?: Record<string, number>;
  /** Questions per type, where there are questions. */
  questions?: Record<string, number>;
  missing: CheckProblem[];
  damaged: CheckProblem[];
  /** The check was stopped before its end: what it says is true, but not all. */
  stopped: boolean;
}

/** How far a check is, and in the end what it found. */
export type CheckEvent =
  | { type: 'progress'; what: string; done: number; total: number }
  | { type: 'report'; report: CheckReport };

export function emptyReport(dataset: CheckedDataset): CheckReport {
  return { dataset, tables: [], recordings: [], missing: [], damaged: [], stopped: false };
}
