import { openCorpus } from '../corpus/corpus.ts';
import { DATASET_NAMES } from '../corpus/names.ts';
import type { EvalRecordings } from './data.ts';
import { EvaluationError } from './error.ts';
import { foldNotes, VALIDATION_FOLD } from './ptbxl-data.ts';

/**
 * The recordings of any data set that `heartllm data check` knows, a folder of WFDB records for instance, for what needs no labels. Of PTB-XL those of a fold.
 *
 * @param fold of PTB-XL; 9 by default
 * @throws DatasetError for a folder that holds no recordings; EvaluationError for a fold of another data set, and one without recordings
 */
export async function recordingData(folder: string, fold?: number): Promise<EvalRecordings> {
  const { dataset, source, recordings, problems } = await openCorpus(folder, { identities: true });
  const name = DATASET_NAMES[dataset];
  const isFolded = dataset === 'ptb-xl';
  if (fold !== undefined && !isFolded) throw new EvaluationError(`--fold: expected PTB-XL in ${folder}, found ${name}`);
  const wanted = fold ?? VALIDATION_FOLD;
  const held = isFolded ? recordings.filter((row) => row.fold === wanted) : recordings;
  if (held.length === 0) throw new EvaluationError(`ptbxl_database.csv: no recording of fold ${wanted}`);
  return {
    dataset: isFolded ? `${name}, fold ${wanted}` : name,
    source,
    recordings: held.map(({ identity, ...row }) => ({ row, patient: identity?.patient })),
    problems,
    notes: isFolded ? foldNotes(wanted) : [],
  };
}
