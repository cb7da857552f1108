import { type ListedRecording, Recordings } from '@heartllm/ecg-datasets';
import {
  CODE_FORMAT,
  type CodedRecord,
  type FailedRecord,
  type IndexLine,
  type ShardsManifest,
  shardRange,
} from '@heartllm/fsq-tokenizer';
import type { HeartLlm } from '../pipeline.ts';
import type { Corpus } from './corpus.ts';
import { MISSING, UNREAD } from './failure.ts';
import { ShardFolder } from './shard-folder.ts';
import type { Share } from './share.ts';
import { tokenizeRecordings } from './tokenize-recordings.ts';

/** Records per shard, about, where nobody says how many shards: 0.3 MB, a few seconds of work. */
const PER_SHARD = 256;

/** A data set on its way into shards. */
export interface CorpusRun {
  corpus: Corpus;
  model: HeartLlm;
  /** Folder of the shards. */
  out: string;
  /** Into how many shards; one per 256 recordings by default. */
  shards?: number;
  /** What of it this process makes. */
  share: Share;
  /** Make recordings fit. */
  prepare: boolean;
  threads?: number;
  /** Ends the run; the shard that was begun is not written. */
  signal: AbortSignal;
}

/** What a process has in its shards, those of earlier runs among them. */
export interface CorpusResult {
  manifest: ShardsManifest;
  /** Shards that this run made. */
  made: number;
  /** Shards that were there. */
  kept: number;
  /** Records with codes, records that are not there, that cannot be read now, and that give none. */
  tokenized: number;
  missing: number;
  unread: number;
  failed: number;
  /** Time for the shards that this run made. */
  seconds: number;
  /** Ended by the signal, with shards yet to be made. */
  stopped: boolean;
}

/** How far a run is. */
export type CorpusEvent =
  /** records: those of this process's shards that are not there yet */
  | { type: 'start'; manifest: ShardsManifest; records: number }
  | { type: 'record'; record: CodedRecord | FailedRecord }
  | { type: 'end'; result: CorpusResult };

/**
 * Writes the codes of a data set as shards. Shards that are there are kept, so that a run that was killed goes on where it was, but for those with
 * missing recordings that have come since, or ones that could not be read. Which records a shard holds, and every byte of it, do not depend on who makes it.
 *
 * @throws RangeError for more shards than records; ForeignCodesError when the folder holds codes of another run
 */
export async function* tokenizeCorpus(run: CorpusRun): AsyncGenerator<CorpusEvent> {
  const { corpus, model, share, signal } = run;
  const manifest = await manifestOf(run);
  const folder = new ShardFolder(run.out, manifest);
  await folder.open();

  const counts = { made: 0, kept: 0, tokenized: 0, missing: 0, unread: 0, failed: 0 };
  const count = (records: Iterable<CodedRecord | FailedRecord | IndexLine>) => {
    for (const record of records) {
      counts['failed' in record ? kindOf(record.failed) : 'tokenized']++;
    }
  };
  const open: number[] = [];
  for (let shard = share.index; shard < manifest.shards; shard += share.count) {
    const index = await folder.finished(shard, corpus.recordings);
    if (!index || (await hasArrived(index, recordingsOf(corpus, manifest, shard), corpus))) open.push(shard);
    else {
      count(index);
      counts.kept++;
    }
  }
  const todo = open.map((shard) => recordingsOf(corpus, manifest, shard));
  const recordings = todo.flat();
  yield { type: 'start', manifest, records: recordings.length };

  const started = performance.now();
  const results = tokenizeRecordings(recordings, corpus.source, model, run);
  let records: (CodedRecord | FailedRecord)[] = [];
  for await (const record of results) {
    if (signal.aborted) break;
    yield { type: 'record', record };
    records.push(record);
    if (records.length < todo[counts.made].length) continue;
    await folder.write(open[counts.made], records);
    count(records);
    counts.made++;
    records = [];
  }
  const seconds = (performance.now() - started) / 1000;
  yield { type: 'end', result: { manifest, ...counts, seconds, stopped: counts.made < open.length } };
}

const kindOf = (failed: string) => (failed === MISSING ? 'missing' : failed === UNREAD ? 'unread' : 'failed');

async function manifestOf({ corpus, model, prepare, shards }: CorpusRun): Promise<ShardsManifest> {
  const { levels, bound, leads, samples, sampling_rate, encoder } = model.tokenizer.config;
  const records = corpus.recordings.length;
  if (shards !== undefined && shards > records) {
    throw new RangeError(`--shards: expected at most one for each of ${records} records, found ${shards}`);
  }
  const samplesPerCode = 2 ** encoder.blocks;
  return {
    format: CODE_FORMAT,
    model: model.manifest.name,
    ...(await model.tokenizerHashes()),
    levels,
    bound,
    leads,
    codesPerSecond: sampling_rate / samplesPerCode,
    codesPerRecord: Math.ceil(samples / samplesPerCode),
    dataset: corpus.dataset,
    prepared: prepare,
    records,
    shards: shards ?? Math.ceil(records / PER_SHARD),
  };
}

/** Whether a recording that was missing is there by now, or one could not be read: a shard made today would be another one. */
async function hasArrived(index: IndexLine[], recordings: ListedRecording[], { source }: Corpus): Promise<boolean> {
  const files = new Recordings(source);
  try {
    for (const [i, line] of index.entries()) {
      if (!('failed' in line)) continue;
      if (line.failed === UNREAD) return true;
      if (line.failed !== MISSING) continue;
      if (await files.has(recordings[i]).catch(() => true)) return true; // a damaged HDF5 file has come, too
    }
    return false;
  } finally {
    await files.close();
  }
}

function recordingsOf({ recordings }: Corpus, manifest: ShardsManifest, shard: number): ListedRecording[] {
  const { from, to } = shardRange(manifest, shard);
  return recordings.slice(from, to);
}
