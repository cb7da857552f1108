import type { Source } from '@heartllm/ecg-io';
import type { ReaderOptions } from '../error.ts';
import { Identity } from '../identity.ts';
import { coarseAge, type EcgLabel, type EcgRow, known } from '../row.ts';
import { readCsv } from '../tables/csv.ts';
import type { CsvRow } from '../tables/csv-row.ts';
import { uniqueRows } from '../tables/unique-rows.ts';

const TABLE = 'exams.csv';

/** The six diagnoses of CODE-15%, by column. */
const DIAGNOSES: Record<string, string> = {
  '1dAVb': 'first degree AV block',
  RBBB: 'right bundle branch block',
  LBBB: 'left bundle branch block',
  SB: 'sinus bradycardia',
  ST: 'sinus tachycardia',
  AF: 'atrial fibrillation',
};

/**
 * CODE-15% (Ribeiro et al. 2021, doi 10.5281/zenodo.4916206) one by one, in the order of exams.csv. What became of the
 * patients (death, timey) is not read.
 *
 * @param source the folder with exams.csv; the HDF5 files need not be there
 * @throws DatasetError for a table without the columns and, without `onProblem`, for the first row that is wrong or of an exam that came
 *   before
 */
export function readCode15(source: Source, options: ReaderOptions = {}): AsyncGenerator<EcgRow> {
  const columns = ['exam_id', 'age', 'is_male', 'patient_id', 'trace_file', ...Object.keys(DIAGNOSES)];
  const table = readCsv(source, TABLE, columns, options);
  return uniqueRows(table, [['exam_id', ({ identity }: EcgRow) => identity.ecg]], toRow, options);
}

function toRow(row: CsvRow): EcgRow {
  const exam = row.integer('exam_id', 0, Number.MAX_SAFE_INTEGER);
  const path = row.text('trace_file').trim();
  if (path === '') throw row.error('trace_file', 'the name of an HDF5 file');
  const isMale = row.booleanOrEmpty('is_male');
  return {
    dataset: 'code-15',
    identity: new Identity(exam, row.integer('patient_id', 0, Number.MAX_SAFE_INTEGER)),
    recording: { format: 'hdf5', path, exam },
    ...known('age', coarseAge(row.numberOrEmpty('age'))),
    ...(isMale !== undefined && { sex: isMale ? ('male' as const) : ('female' as const) }),
    labels: labels(row),
    report: '',
    file: TABLE,
    line: row.line,
  };
}

function labels(row: CsvRow): EcgLabel[] {
  const found = Object.entries(DIAGNOSES).flatMap(([code, name]) => (row.booleanOrEmpty(code) ? [{ code, name }] : []));
  return row.booleanOrEmpty('normal_ecg') ? [...found, { code: 'normal_ecg', name: 'normal ECG' }] : found;
}
