import { type DatasetError, openPtbxl, type PtbXl, type PtbXlRow, splitByFold } from '@heartllm/ecg-datasets';
import type { Source } from '@heartllm/ecg-io';
import { folderSource } from '@heartllm/ecg-io/node';
import { exists } from '@heartllm/source';

/** PTB-XL, or the part of it that is there. */
export interface PtbXlRecordings {
  statements: PtbXl['statements'];
  /** Folds 1 to 8. */
  train: PtbXlRow[];
  /** Fold 9. */
  validation: PtbXlRow[];
  source: Source;
  /** What is wrong with rows of the table, which are left out. */
  problems: string[];
}

/**
 * Opens a folder of PTB-XL; rows whose recording is not there are left out, so that a part of it can be trained on.
 *
 * @throws Error when there is no recording of folds 1 to 8 at all
 */
export async function openRecordings(folder: string): Promise<PtbXlRecordings> {
  const source = folderSource(folder);
  const problems: string[] = [];
  const onProblem = ({ message }: DatasetError) => problems.push(message);
  const { rows, statements } = await openPtbxl(source, { onProblem });
  const there: PtbXlRow[] = [];
  for (const row of rows) {
    if (await exists(source, `${row.filename500}.dat`)) there.push(row);
  }
  const { train, validation } = splitByFold(there);
  if (!train.length)
    throw new Error(`${folder}: none of PTB-XL's recordings of folds 1 to 8 is there (records500/...)`);
  return { statements, train, validation, source, problems };
}
