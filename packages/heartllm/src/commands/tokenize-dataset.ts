import type { CorpusResult, CorpusRun } from '../corpus/tokenize-corpus.ts';
import { type Progress, progress } from '../terminal/progress.ts';
import { show, type Terminal, warn } from '../terminal/terminal.ts';
import { openCodec } from './options.ts';
import type { EcgOptions } from './read-ecg.ts';

/** Options of `heartllm tokenize` for a data set. */
export interface DatasetOptions extends EcgOptions {
  ptbxl?: string;
  data?: string;
  out?: string;
  shards?: number;
  threads?: number;
}

/** What Ctrl-C sends, and what Kubernetes and Slurm send before they kill. */
const SIGNALS = ['SIGINT', 'SIGTERM'] as const;

/** Warnings that are printed; the indices of the shards have all of them. */
const SHOWN = 20;

/** `heartllm tokenize --ptbxl DIR --out DIR`, or the share of it that is this process's. */
export async function tokenizeDataset(
  folder: string,
  out: string,
  options: DatasetOptions,
  terminal: Terminal,
): Promise<void> {
  const [{ openCorpus }, { shareOf }] = await Promise.all([
    import('../corpus/corpus.ts'),
    import('../corpus/share.ts'),
  ]);
  const { ptbxl, shards, threads, prepare = false } = options;
  const share = shareOf(process.env, shards); // before anything is read
  const model = await openCodec(options);
  const corpus = await openCorpus(folder, ptbxl === undefined ? undefined : 'ptb-xl');
  warnOf(terminal, corpus.problems);

  const stop = new AbortController();
  const onSignal = () => stop.abort();
  // the first one ends the run between two records, the second at once
  for (const signal of SIGNALS) process.once(signal, onSignal);
  try {
    const run = { corpus, model, out, shards, share, prepare, threads, signal: stop.signal };
    const { result, failures, recordsPerSecond } = await follow(run, terminal);
    warnOf(terminal, failures);
    const { manifest, seconds, stopped, ...counts } = result;
    const fields = {
      out,
      dataset: manifest.dataset,
      model: manifest.model,
      format: manifest.format,
      records: manifest.records,
      shards: manifest.shards,
      share,
      wrongRows: corpus.problems.length,
      ...counts,
      seconds,
      recordsPerSecond,
      stopped,
    };
    const { made, kept, tokenized, missing, failed } = counts;
    show(terminal, options, fields, [
      `${out}: ${made} shards made, ${kept} kept, of ${manifest.shards} (process ${share.index} of ${share.count})`,
      `${tokenized} records tokenized, ${missing} missing, ${failed} failed`,
      `${recordsPerSecond.toFixed(1)} records per second, model ${manifest.model}, codes of format ${manifest.format}`,
    ]);
    if (stopped) throw new Error(`${out}: stopped before all shards were made; the same command goes on`);
  } finally {
    for (const signal of SIGNALS) process.off(signal, onSignal);
  }
}

interface Followed {
  result: CorpusResult;
  /** Of this run, missing records aside: those are counted. */
  failures: string[];
  /** Records that got codes in this run, per second. */
  recordsPerSecond: number;
}

/** Runs it and draws how far it is. */
async function follow(run: CorpusRun, terminal: Terminal): Promise<Followed> {
  const [{ tokenizeCorpus }, { MISSING }] = await Promise.all([
    import('../corpus/tokenize-corpus.ts'),
    import('../corpus/failure.ts'),
  ]);
  const failures: string[] = [];
  let bar: Progress | undefined;
  let done = 0;
  let coded = 0;
  try {
    for await (const event of tokenizeCorpus(run)) {
      if (event.type === 'start') {
        if (event.records > 0) bar = progress(terminal, 'tokenizing', event.records);
      } else if (event.type === 'record') {
        const { record } = event;
        if ('codes' in record) coded++;
        else if (record.failed !== MISSING) failures.push(`${record.record}: ${record.failed}`);
        bar?.update(++done);
      } else {
        const recordsPerSecond = coded === 0 ? 0 : coded / event.result.seconds;
        return { result: event.result, failures, recordsPerSecond };
      }
    }
  } finally {
    bar?.stop();
  }
  throw new Error(`${run.out}: the run ended without a result`);
}

function warnOf(terminal: Terminal, problems: string[]): void {
  const more = problems.length > SHOWN ? [`and ${problems.length - SHOWN} more like these`] : [];
  warn(terminal, [...problems.slice(0, SHOWN), ...more]);
}
