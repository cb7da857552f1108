import type { Source } from '@heartllm/ecg-io';
import { withoutDates } from '../dates.ts';
import type { DatasetError, ReaderOptions } from '../error.ts';
import { Identity } from '../identity.ts';
import { coarseAge, type EcgRow, known } from '../row.ts';
import { readCsv } from '../tables/csv.ts';
import type { CsvRow } from '../tables/csv-row.ts';
import { uniqueRows } from '../tables/unique-rows.ts';
import { type PtbXlRow, ROW_COLUMNS, toPtbXlRow } from './row.ts';
import { readStatements, type ScpStatement } from './statement.ts';

const TABLE = 'ptbxl_database.csv';

/**
 * PTB-XL's ECGs (Wagner et al. 2020, doi 10.1038/s41597-020-0495-6) one by one, in the order of ptbxl_database.csv;
 * labels are the SCP statements.
 *
 * @param source the folder of PTB-XL, with both tables in it
 * @param options `rate`: 500 (records500/, the default) or 100 samples per second (records100/)
 * @throws DatasetError for a table without the columns and, without `onProblem`, for the first wrong row
 */
export async function* readPtbxl(
  source: Source,
  { rate = 500, ...options }: ReaderOptions & { rate?: 100 | 500 } = {},
): AsyncGenerator<EcgRow> {
  const statements = await readStatements(source, 'scp_statements.csv');
  for await (const { csvRow, row } of ptbxlRows(source, statements, options)) {
    yield {
      dataset: 'ptb-xl',
      identity: new Identity(row.ecgId, row.patientId),
      recording: { format: 'wfdb', path: rate === 500 ? row.filename500 : row.filename100 },
      ...known('age', coarseAge(row.age)),
      ...known('sex', row.sex),
      ...known('height', row.height),
      ...known('weight', row.weight),
      labels: Object.entries(row.scpCodes).map(([code, likelihood]) => ({
        code,
        name: statements.get(code)!.description,
        ...(likelihood > 0 && { likelihood }),
      })),
      report: originalReport(row),
      fold: row.fold,
      file: TABLE,
      line: csvRow.line,
    };
  }
}

/** The rows of ptbxl_database.csv as the table has them, each held against the statements and against those before it. */
export function ptbxlRows(
  source: Source,
  statements: ReadonlyMap<string, ScpStatement>,
  options: ReaderOptions = {},
): AsyncGenerator<{ csvRow: CsvRow; row: PtbXlRow }> {
  const toRow = (csvRow: CsvRow) => {
    const row = toPtbXlRow(csvRow);
    const problem = wrongCode(csvRow, row, statements);
    if (problem) throw problem;
    return { csvRow, row };
  };
  return uniqueRows(
    readCsv(source, TABLE, ROW_COLUMNS, options),
    [
      ['ecg_id', ({ row }: { row: PtbXlRow }) => row.ecgId],
      ['filename_lr', ({ row }) => row.filename100 || row.ecgId],
      ['filename_hr', ({ row }) => row.filename500 || row.ecgId],
    ],
    toRow,
    options,
  );
}

function wrongCode(
  csvRow: CsvRow,
  row: PtbXlRow,
  statements: ReadonlyMap<string, ScpStatement>,
): DatasetError | undefined {
  const code = Object.keys(row.scpCodes).find((code) => !statements.has(code));
  return code === undefined
    ? undefined
    : csvRow.error('scp_codes', `codes of scp_statements.csv (not ${JSON.stringify(code)})`);
}

/** What somebody added to a report when the labels were made: it gives the labels away. */
const EDITS = /\s*(?:Edit:|consensus label derived from:).*$/s;

/**
 * PTB-XL's own report in its language (two thirds German, a third English, some Swedish) as a text to learn from: without
 * dates, without what the labellers added behind 'Edit:', and with single spaces. `row.report` has it as published.
 */
export function originalReport(row: PtbXlRow): string {
  return withoutDates(row.report.replace(EDITS, '')).replace(/\s+/g, ' ').trim();
}
