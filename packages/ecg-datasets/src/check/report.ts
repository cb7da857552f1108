import type { DatasetName } from '../row.ts';

/** What a folder may hold: one of the data sets, lists of questions and reports, or WFDB records of no known origin. */
export type CheckedDataset = DatasetName | 'ecg-qa' | 'heartllm' | 'wfdb';

/** Something that is not there, or not as it should be. */
export interface CheckProblem {
  /** Path inside the source; 'records500' for a folder of recordings none of which is there. */
  file: string;
  /** Line of the file, from 1; absent where the problem is of the whole file. */
  line?: number;
  /** Without the file; shows nothing that identifies a patient. */
  message: string;
}

/** What a check found in one table, such as ptbxl_database.csv. */
export interface CheckedTable {
  /** Path inside the source. */
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
  /** Rows that name a recording here; a header that is there counts where no table is. */
  listed: number;
  /** Read to their end, with checksums that fit where the format has them. */
  intact: number;
  /** Nothing of them is there: no header, no signal file, no HDF5 file. */
  missing: number;
  /** There, but cut, without a header, without the exam in an HDF5 file, or with a checksum that does not fit. */
  damaged: number;
}

/** What a folder holds, what is missing and what is damaged. */
export interface CheckReport {
  /** As {@link recogniseDataset} names it, and 'challenge' where headers carry the Challenge's `Dx`. */
  dataset: CheckedDataset;
  /** Every table or list that was read. */
  tables: CheckedTable[];
  /** By folder or HDF5 file; empty for lists of questions and reports. */
  recordings: CheckedRecordings[];
  /** Patients that the tables tell apart; absent where they do not. */
  patients?: number;
  /** ECGs per fold, where the data set has folds. */
  folds?: Record<string, number>;
  /** Questions per type, where there are questions. */
  questions?: Record<string, number>;
  /** One for each recording that is not there; one in all for a folder of which none is. */
  missing: CheckProblem[];
  /** Tables and rows that are wrong, damaged recordings, patients in two folds or parts. */
  damaged: CheckProblem[];
  /** The check was stopped before its end: what it says is true, but not all. */
  stopped: boolean;
}

/** How far a check is, and in the end what it found. */
export type CheckEvent =
  | {
      /** Any number of these, while the check runs. */
      type: 'progress';
      /** What is counted: 'recordings', 'lists' or 'tables'. */
      what: string;
      /** Looked at so far. */
      done: number;
      /** To be looked at in all. */
      total: number;
    }
  | {
      /** Comes once, as the last event. */
      type: 'report';
      /** What was found; also of a check that was stopped. */
      report: CheckReport;
    };

export function emptyReport(dataset: CheckedDataset): CheckReport {
  return { dataset, tables: [], recordings: [], missing: [], damaged: [], stopped: false };
}
