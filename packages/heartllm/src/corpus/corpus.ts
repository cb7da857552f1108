import { readdir } from 'node:fs/promises';
import {
  type CheckedDataset,
  DatasetError,
  type ListedRecording,
  listRecordings,
  recogniseDataset,
} from '@heartllm/ecg-datasets';
import type { Source } from '@heartllm/ecg-io';
import { folderSource } from '@heartllm/ecg-io/node';
import { listFiles } from '../files/list-files.ts';

/** The recordings of a data set on disk. */
export interface Corpus {
  dataset: CheckedDataset;
  source: Source;
  /** All that are listed, there or not: every process sees the same list, whatever it can read. */
  recordings: ListedRecording[];
  /** What is wrong with rows of the table, which are left out. */
  problems: string[];
}

/** How a data set is opened. */
export interface CorpusOptions {
  /** Refuse any other data set. */
  expected?: CheckedDataset | undefined;
  /** Keep whose the recordings are: some memory, for hundreds of thousands. */
  identities?: boolean;
}

/**
 * Opens the data set of a folder.
 *
 * @throws DatasetError when the folder holds no data set with recordings, or none that is listed
 */
export async function openCorpus(
  folder: string,
  { expected, identities = false }: CorpusOptions = {},
): Promise<Corpus> {
  const names = await readdir(folder);
  // a table tells the data set; only without one the whole folder is looked through (MIMIC-IV-ECG: 1.6 million files)
  const byTable = recogniseDataset(names.filter((name) => name.endsWith('.csv')));
  const files: string[] = [];
  if (!byTable && !expected) for await (const file of listFiles(folder)) files.push(file);
  const dataset = byTable ?? recogniseDataset(files);
  if (!dataset || (expected && dataset !== expected)) {
    throw new DatasetError({ file: folder }, `expected ${expected ?? 'a data set'}, found ${dataset ?? 'none'}`);
  }
  const source = folderSource(folder);
  const problems: string[] = [];
  const onProblem = ({ message }: DatasetError) => problems.push(message);
  const recordings: ListedRecording[] = [];
  for await (const row of listRecordings(source, dataset, files, { onProblem })) {
    const { recording, fold, file, line, identity } = row; // not the whole row
    const kept = { recording, file, line, ...(fold !== undefined && { fold }) };
    recordings.push(identities ? { ...kept, identity } : kept);
  }
  if (recordings.length === 0) throw new DatasetError({ file: folder }, 'expected at least one recording');
  return { dataset, source, recordings, problems };
}
