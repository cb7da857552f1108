import { DatasetError } from '../error.ts';
import type { PtbXlRow } from './row.ts';

/** PTB-XL's rows by fold; no patient is in two of them. */
export interface PtbXlSplit {
  /** Folds 1 to 8. */
  train: PtbXlRow[];
  /** Fold 9. */
  validation: PtbXlRow[];
  /** Fold 10. */
  test: PtbXlRow[];
}

/**
 * Splits by `strat_fold` as PTB-XL recommends. PTB-XL put all ECGs of a patient into one fold; that is checked here
 * for every row that names its patient (one without a patient stays in its fold, on PTB-XL's word).
 *
 * @throws DatasetError where a patient would be in two parts
 */
export function splitByFold(rows: readonly PtbXlRow[]): PtbXlSplit {
  const split: PtbXlSplit = { train: [], validation: [], test: [] };
  const partOf = new Map<number, keyof PtbXlSplit>();
  for (const row of rows) {
    const part = row.fold <= 8 ? 'train' : row.fold === 9 ? 'validation' : 'test';
    if (row.patientId !== undefined) {
      const before = partOf.get(row.patientId) ?? part;
      if (before !== part) {
        const found = `through fold ${row.fold} its patient is in ${part}, who was in ${before}`;
        throw new DatasetError({ file: row.filename500 }, `expected every patient in one part, but ${found}`);
      }
      partOf.set(row.patientId, part);
    }
    split[part].push(row);
  }
  return split;
}
