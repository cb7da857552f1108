import type { Source } from '@heartllm/ecg-io';
import { withoutDates } from '../dates.ts';
import type { ReaderOptions } from '../error.ts';
import { Identity } from '../identity.ts';
import { coarseAge, type EcgLabel, type EcgRow, known } from '../row.ts';
import { readCsv } from '../tables/csv.ts';
import type { CsvRow } from '../tables/csv-row.ts';
import { uniqueRows } from '../tables/unique-rows.ts';
import { type HeaderComment, readHeaderComments, toSex, toYears } from '../wfdb-comments.ts';

const TABLE = 'ludb.csv';

/** The columns that hold diagnoses, one per line of the cell. */
const DIAGNOSES = [
  'Rhythms',
  'Electric axis of the heart',
  'Conduction abnormalities',
  'Extrasystolies',
  'Hypertrophies',
  'Cardiac pacing',
  'Ischemia',
  'Non-specific repolarization abnormalities',
  'Other states',
] as const;

/**
 * LUDB (Kalyakulina et al. 2020, doi 10.1109/ACCESS.2020.3029211) one by one, in the order of ludb.csv. Every ECG is of
 * another person. Labels are the table's, the report is the diagnosis in the header's comments, which keeps the spelling
 * that the table lost. A row whose header is missing goes to `onProblem` and comes without a report.
 *
 * @param source the folder with ludb.csv, and the headers in data/
 * @throws DatasetError for a table without the columns and, without `onProblem`, for the first row that is wrong or of an ECG that came
 *   before
 */
export async function* readLudb(source: Source, options: ReaderOptions = {}): AsyncGenerator<EcgRow> {
  for await (const row of readLudbTable(source, options)) {
    const comments = await readHeaderComments(source, row.recording.path, options);
    yield comments ? { ...row, report: diagnosis(comments) } : row;
  }
}

/** The rows of ludb.csv alone, no header is opened. */
export function readLudbTable(source: Source, options: ReaderOptions = {}): AsyncGenerator<EcgRow> {
  const table = readCsv(source, TABLE, ['ID', 'Sex', 'Age', ...DIAGNOSES], options);
  return uniqueRows(table, [['ID', ({ identity }: EcgRow) => identity.ecg]], toRow, options);
}

function toRow(row: CsvRow): EcgRow {
  const id = row.integer('ID', 1, 1e6);
  const sex = toSex(row.text('Sex'));
  if (!sex && row.text('Sex').trim() !== '') throw row.error('Sex', 'F or M');
  const years = toYears(row.text('Age'));
  if (years === undefined && row.text('Age').trim() !== '') throw row.error('Age', 'years or >89');
  return {
    dataset: 'ludb',
    identity: new Identity(id, id),
    recording: { format: 'wfdb', path: `data/${id}` },
    ...known('age', coarseAge(years)),
    ...known('sex', sex),
    labels: DIAGNOSES.flatMap((column) => lines(row.text(column)).map((name): EcgLabel => ({ code: column, name }))),
    report: '',
    file: TABLE,
    line: row.line,
  };
}

function lines(cell: string): string[] {
  return cell
    .split(/[\r\n]+/)
    .map((line) => line.trim())
    .filter((line) => line !== '');
}

/** Everything behind '<diagnoses>:'. */
function diagnosis(comments: readonly HeaderComment[]): string {
  const begin = comments.findIndex(({ field }) => field.toLowerCase() === 'diagnoses');
  if (begin < 0) return '';
  const text = comments.slice(begin + 1).map(({ field, value }) => (field === '' ? value : `${field}: ${value}`));
  return withoutDates(text.join(' ').replace(/\s+/g, ' ').trim());
}
