import {
  assertDisjoint,
  type CheckedDataset,
  type Identity,
  type ListedRecording,
  type RecordedRow,
  Recordings,
  splitByPatient,
} from '@heartllm/ecg-datasets';
import { prepare, withShortestFrames } from '@heartllm/ecg-io';
import { prepareSignal, RecordingError } from '@heartllm/fsq-tokenizer';
import type { TokenizerConfig } from '@heartllm/lead-encoder/config';
import type { SignalSet } from '@heartllm/training';
import { openCorpus } from '../corpus/corpus.ts';
import { failureOf, MISSING, UNREAD } from '../corpus/failure.ts';
import { DATASET_NAMES } from '../corpus/names.ts';
import { progress } from '../terminal/progress.ts';
import { type Terminal, warnOfSome } from '../terminal/terminal.ts';

/** What a tokenizer learns from: recordings of any data set, without labels. */
export interface SignalRecordings {
  dataset: CheckedDataset;
  /** For people: 'PTB-XL, folds 1 to 8' */
  name: string;
  /** Those that can be read and fit, or can be made to. */
  train: RecordedRow[];
  /** Of other patients. */
  validation: RecordedRow[];
  reader: Recordings;
}

/** One patient in ten is kept for validation where the data set has no folds: every time the same ones. */
const SHARES = [9, 1, 0] as const;

/**
 * Opens the recordings of a folder and reads each once: one that is missing, damaged or does not fit is left out. PTB-XL is split by its folds, any other
 * data set by patient.
 *
 * @param signal ends it between two recordings
 * @throws Error if no recording to learn from can be read; DatasetError as `openCorpus`; what is no recording's fault, as that a file cannot be read now
 */
export async function openSignalRecordings(
  folder: string,
  config: TokenizerConfig,
  signal: AbortSignal,
  terminal: Terminal,
): Promise<SignalRecordings> {
  const { dataset, source, recordings, problems } = await openCorpus(folder, { identities: true });
  const isFolded = dataset === 'ptb-xl';
  const name = DATASET_NAMES[dataset];
  const rows = recordings.map((row) => ({ ...row, identity: row.identity as Identity, dataset }));
  const { train, validation } = isFolded ? byFold(rows) : splitByPatient(rows, { seed: 0, shares: SHARES });
  const reader = new Recordings(source);
  const failures: string[] = [];
  const readable = async (part: ListedRecording[], label: string) => {
    const kept: RecordedRow[] = [];
    const bar = progress(terminal, label, part.length);
    for (const [i, { recording, file, line }] of part.entries()) {
      signal.throwIfAborted();
      const failure = await signalOf(reader, { recording, file, line }, config).then(
        () => undefined,
        (error) => failureOrThrow(error, recording.path),
      );
      if (failure === undefined) kept.push({ recording, file, line });
      else if (failure !== MISSING) failures.push(`left out: ${failure}`);
      bar.update(i + 1);
    }
    bar.stop();
    return kept;
  };
  const found = {
    train: await readable(train, 'reading what is learned from'),
    validation: await readable(validation, 'reading what is validated on'),
  };
  warnOfSome(terminal, [...problems, ...failures]);
  if (found.train.length === 0) {
    const all = isFolded
      ? "PTB-XL's recordings of folds 1 to 8 is there (records500/...)"
      : 'its recordings can be read';
    throw new Error(`${folder}: none of ${all}`);
  }
  return { dataset, name: isFolded ? `${name}, folds 1 to 8` : name, ...found, reader };
}

/** @throws DatasetError where a patient would be in both */
function byFold<T extends ListedRecording & { identity: Identity; dataset: string }>(rows: T[]) {
  const split = {
    train: rows.filter(({ fold }) => fold !== undefined && fold <= 8),
    validation: rows.filter(({ fold }) => fold === 9),
  };
  assertDisjoint(split);
  return split;
}

/** @throws the error where it is not the recording's fault, or may be gone in a moment */
function failureOrThrow(error: unknown, path: string): string {
  const failure = failureOf(error, path);
  if (failure === UNREAD) throw error;
  return failure;
}

/** Signals of rows, read from disk when they are needed, and labels where they are given. */
export function signalsOf(
  rows: RecordedRow[],
  reader: Recordings,
  config: TokenizerConfig,
  labels?: (row: RecordedRow) => Float32Array,
): SignalSet {
  return {
    length: rows.length,
    signal: (index) => signalOf(reader, rows[index], config),
    ...(labels && { labels: (index) => labels(rows[index]) }),
  };
}

/** As the network takes it; a recording of another rate, length or set of leads is made to fit. [leads][samples] */
async function signalOf(reader: Recordings, row: RecordedRow, config: TokenizerConfig) {
  const { leads, sampling_rate: fs, samples } = config;
  const ecg = withShortestFrames(await reader.readAsStored(row, leads));
  try {
    return prepareSignal(ecg, config).signal;
  } catch (error) {
    if (!(error instanceof RecordingError)) throw error;
    const made = prepare(ecg, { leads, fs, seconds: samples / fs, gaps: { upTo: Number.POSITIVE_INFINITY } });
    return prepareSignal(made, config).signal;
  }
}
