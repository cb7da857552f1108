import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { join } from 'node:path';
import type { PtbXlRow } from '@heartllm/ecg-datasets';
import { openRecordings } from './ptbxl-recordings.ts';

/** What a model was trained on, so that others can tell whether they have the same. */
export interface DataDescription {
  dataset: 'PTB-XL';
  /** SHA-256 of the tables. */
  tables: Record<string, string>;
  /** PTB-XL's ecg_id of every recording, folds 1 to 8 and fold 9. */
  train: number[];
  validation: number[];
}

const TABLES = ['ptbxl_database.csv', 'scp_statements.csv'];

/** Describes the part of PTB-XL that is in a folder. */
export async function describeData(folder: string): Promise<DataDescription> {
  const { train, validation } = await openRecordings(folder);
  const ids = (rows: PtbXlRow[]) => rows.map(({ ecgId }) => ecgId);
  const hashes = await Promise.all(TABLES.map(async (name) => [name, await sha256(join(folder, name))]));
  return { dataset: 'PTB-XL', tables: Object.fromEntries(hashes), train: ids(train), validation: ids(validation) };
}

async function sha256(path: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(path)) hash.update(chunk);
  return hash.digest('hex');
}
