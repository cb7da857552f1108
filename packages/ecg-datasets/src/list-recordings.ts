import type { Source } from '@heartllm/ecg-io';
import { recordRows } from './check/headers.ts';
import type { CheckedDataset } from './check/report.ts';
import { readCode15 } from './code15/read.ts';
import { DatasetError, type ReaderOptions } from './error.ts';
import { Identity } from './identity.ts';
import { readLudbTable } from './ludb/read.ts';
import { readRecordList } from './mimic/read.ts';
import type { RecordedRow } from './recording.ts';
import { readCsv } from './tables/csv.ts';
import type { CsvRow } from './tables/csv-row.ts';
import { uniqueRows } from './tables/unique-rows.ts';

/** A recording of any data set and where it is listed. */
export interface ListedRecording extends RecordedRow {
  /** The data set's own split, PTB-XL's 1 to 10. */
  fold?: number;
  /** Whose it is, for splits by patient; where there is no table every recording counts as another patient's. */
  identity?: Identity;
}

/**
 * All recordings that a data set lists, those that are not there among them, always in the same order: the table's, or
 * that of the paths where there is no table. PTB-XL's are those of 500 Hz; what its labels say is no matter here.
 *
 * @param source the data set's folder
 * @param dataset as `recogniseDataset` names it
 * @param files all files of the source by path; only folders of WFDB records without a table need them
 * @throws DatasetError for a data set of questions or lists alone, for a table without the columns and, without
 *   `onProblem`, for the first wrong row
 */
export function listRecordings(
  source: Source,
  dataset: CheckedDataset,
  files: Iterable<string>,
  options: ReaderOptions = {},
): AsyncIterable<ListedRecording> {
  switch (dataset) {
    case 'ptb-xl':
      return readPtbxlRecordings(source, options);
    case 'mimic-iv-ecg':
      return readRecordList(source, options);
    case 'code-15':
      return readCode15(source, options);
    case 'ludb':
      return readLudbTable(source, options);
    case 'wfdb':
    case 'challenge':
      return recordRows(source, new Set(files));
    default:
      throw new DatasetError({ file: '.' }, `expected a data set of recordings, found ${dataset}`);
  }
}

function readPtbxlRecordings(source: Source, options: ReaderOptions): AsyncGenerator<ListedRecording> {
  const table = readCsv(source, 'ptbxl_database.csv', ['filename_hr', 'strat_fold'], options);
  const path = ({ recording }: ListedRecording) => recording.path;
  return uniqueRows(table, [['filename_hr', path]], toPtbxlRecording, options);
}

function toPtbxlRecording(row: CsvRow): ListedRecording {
  const path = row.text('filename_hr').trim();
  if (path === '') throw row.error('filename_hr', 'the path of a record');
  const fold = row.integer('strat_fold', 1, 10);
  const patient = row.text('patient_id').trim();
  const identity = new Identity(path, patient === '' ? undefined : patient);
  return { identity, recording: { format: 'wfdb', path }, fold, file: row.file, line: row.line };
}
