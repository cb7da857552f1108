import type { Source } from '@heartllm/ecg-io';
import { readCsv } from '../csv.ts';
import { DatasetError } from '../error.ts';
import { type PtbXlRow, ROW_COLUMNS, toPtbXlRow } from './row.ts';
import { readStatements, type ScpStatement } from './statement.ts';

/** PTB-XL's tables; the recordings stay where they are until somebody reads `filename500` or `filename100`. */
export interface PtbXl {
  rows: PtbXlRow[];
  /** By code, in the order of scp_statements.csv. */
  statements: Map<string, ScpStatement>;
}

/**
 * Reads ptbxl_database.csv and scp_statements.csv from the folder of PTB-XL (Wagner et al. 2020, PhysioNet).
 *
 * @throws DatasetError naming file, row and column: a missing column, a cell of the wrong kind, a code that
 *   scp_statements.csv does not explain, an ecg_id that comes twice
 */
export async function openPtbxl(source: Source): Promise<PtbXl> {
  const path = 'ptbxl_database.csv';
  const statements = await readStatements(source, 'scp_statements.csv');
  const seen = new Set<number>();
  const rows = (await readCsv(source, path, ROW_COLUMNS)).map((csvRow) => {
    const row = toPtbXlRow(csvRow);
    if (seen.has(row.ecgId)) throw csvRow.error('ecg_id', 'a number that no other row has');
    seen.add(row.ecgId);
    for (const code of Object.keys(row.scpCodes)) {
      if (!statements.has(code))
        throw csvRow.error('scp_codes', `codes of scp_statements.csv (not ${JSON.stringify(code)})`);
    }
    return row;
  });
  if (rows.length === 0) throw new DatasetError(`${path}: expected at least one ECG, found only the header`);
  return { rows, statements };
}
