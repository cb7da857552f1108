import type { Source } from '@heartllm/ecg-io';
import { DatasetError, type ReaderOptions } from '../error.ts';
import { ptbxlRows } from './read.ts';
import type { PtbXlRow } from './row.ts';
import { readStatements, type ScpStatement } from './statement.ts';

/** PTB-XL's tables; the recordings stay where they are until somebody reads `filename500` or `filename100`. */
export interface PtbXl {
  /** In the order of ptbxl_database.csv; 21,799 in PTB-XL 1.0.3. */
  rows: PtbXlRow[];
  /** By code, in the order of scp_statements.csv. */
  statements: Map<string, ScpStatement>;
}

/**
 * Reads ptbxl_database.csv and scp_statements.csv from the folder of PTB-XL (Wagner et al. 2020, PhysioNet), all of it at
 * once: question sets are made over all rows. `readPtbxl` gives rows one by one, in the form of every data set.
 *
 * @param source the folder of PTB-XL, with both tables in it
 * @throws DatasetError naming file, line and column: a missing column and, without `onProblem`, a cell of the wrong kind,
 *   a code that scp_statements.csv does not explain, an ecg_id that comes twice
 */
export async function openPtbxl(source: Source, options: ReaderOptions = {}): Promise<PtbXl> {
  const statements = await readStatements(source, 'scp_statements.csv');
  const rows: PtbXlRow[] = [];
  for await (const { row } of ptbxlRows(source, statements, options)) rows.push(row);
  if (rows.length === 0) throw new DatasetError({ file: 'ptbxl_database.csv' }, 'expected at least one ECG');
  return { rows, statements };
}
