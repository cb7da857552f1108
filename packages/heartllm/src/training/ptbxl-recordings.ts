import { openPtbxl, type PtbXl, type PtbXlRow, splitByFold } from '@heartllm/ecg-datasets';
import { channelsFor, readRecord, type Source } from '@heartllm/ecg-io';
import { folderSource } from '@heartllm/ecg-io/node';
import { prepareSignal } from '@heartllm/fsq-tokenizer';
import type { TokenizerConfig } from '@heartllm/lead-encoder/config';
import { exists } from '@heartllm/source';
import type { SignalSet } from '@heartllm/training';
import type { DiagnosisLabels } from './diagnosis-labels.ts';

/** PTB-XL, or the part of it that is there. */
export interface PtbXlRecordings {
  statements: PtbXl['statements'];
  /** Folds 1 to 8. */
  train: PtbXlRow[];
  /** Fold 9. */
  validation: PtbXlRow[];
  source: Source;
}

/**
 * Opens a folder of PTB-XL; rows whose recording is not there are left out, so that a part of it can be trained on.
 *
 * @throws Error when there is no recording of folds 1 to 8 at all
 */
export async function openRecordings(folder: string): Promise<PtbXlRecordings> {
  const source = folderSource(folder);
  const { rows, statements } = await openPtbxl(source);
  const there: PtbXlRow[] = [];
  for (const row of rows) {
    if (await exists(source, `${row.filename500}.dat`)) there.push(row);
  }
  const { train, validation } = splitByFold(there);
  if (!train.length)
    throw new Error(`${folder}: none of PTB-XL's recordings of folds 1 to 8 is there (records500/...)`);
  return { statements, train, validation, source };
}

/** Signals of rows, read from disk when they are needed, and labels where they are given. */
export function signalsOf(
  rows: PtbXlRow[],
  source: Source,
  config: TokenizerConfig,
  labels?: DiagnosisLabels,
): SignalSet {
  const channels = channelsFor(config.leads);
  return {
    length: rows.length,
    async signal(index) {
      return prepareSignal(await readRecord(source, rows[index].filename500, { channels }), config).signal;
    },
    ...(labels && { labels: (index) => labels.of(rows[index]) }),
  };
}
