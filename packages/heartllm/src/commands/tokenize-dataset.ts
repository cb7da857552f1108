import type { Share } from '../corpus/share.ts';
import type { CorpusResult, CorpusRun } from '../corpus/tokenize-corpus.ts';
import { checkWritableFolder } from '../files/output-file.ts';
import { type Progress, progress } from '../terminal/progress.ts';
import { perform, type Rendered, type Shell, type Terminal, warnOfSome } from '../terminal/terminal.ts';
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

/** `heartllm tokenize --ptbxl DIR --out DIR`, or the share of it that is this process's. */
export function tokenizeDataset(folder: string, out: string, options: DatasetOptions, shell: Shell): Promise<void> {
  return perform(shell, options, () => runDataset(folder, out, options, shell), renderDataset);
}

interface TokenizedDataset extends Followed {
  out: string;
  share: Share;
  wrongRows: number;
  /** Why it was stopped, if it was. */
  signal: AbortSignal;
}

/** A signal ends it between two records. */
async function runDataset(
  folder: string,
  out: string,
  options: DatasetOptions,
  shell: Shell,
): Promise<TokenizedDataset> {
  const [{ openCorpus }, { shareOf }] = await Promise.all([
    import('../corpus/corpus.ts'),
    import('../corpus/share.ts'),
  ]);
  const { ptbxl, shards, threads, prepare = false } = options;
  const share = shareOf(process.env, shards); // before anything is read
  await checkWritableFolder(out);
  const model = await openCodec(options);
  const corpus = await openCorpus(folder, { expected: ptbxl === undefined ? undefined : 'ptb-xl' });
  warnOfSome(shell, corpus.problems);
  const { signal } = shell.interrupt;
  const run = { corpus, model, out, shards, share, prepare, threads, signal };
  const followed = await shell.interrupt.finish(() => follow(run, shell));
  warnOfSome(shell, followed.failures);
  return { ...followed, out, share, wrongRows: corpus.problems.length, signal };
}

function renderDataset(tokenized: TokenizedDataset): Rendered {
  const { out, share, wrongRows, recordsPerSecond, result } = tokenized;
  const { manifest, seconds, stopped, ...counts } = result;
  const { dataset, model, format, records, shards } = manifest;
  const { made, kept, missing, unread, failed } = counts;
  return {
    fields: {
      out,
      dataset,
      model,
      format,
      records,
      shards,
      share,
      wrongRows,
      ...counts,
      seconds,
      recordsPerSecond,
      stopped,
    },
    lines: [
      `${out}: ${made} shards made, ${kept} kept, of ${shards} (process ${share.index} of ${share.count})`,
      `${counts.tokenized} records tokenized, ${missing} missing, ${unread > 0 ? `${unread} unread, ` : ''}${failed} failed`,
      `${recordsPerSecond.toFixed(1)} records per second, model ${model}, codes of format ${format}`,
    ],
    failure: failureOf(tokenized),
  };
}

/** A record that cannot be tokenized costs itself only; where none can, nothing is done. */
function failureOf({ out, result, signal }: TokenizedDataset): Error | undefined {
  const { stopped, tokenized, missing, unread, failed } = result;
  if (stopped) {
    return new Error(`${out}: stopped before all shards were made; the same command continues`, {
      cause: signal.reason,
    });
  }
  if (unread > 0) {
    return new Error(
      `${out}: ${unread} ${unread === 1 ? 'record' : 'records'} could not be read now; the same command tries again`,
    );
  }
  if (tokenized > 0 || missing + failed === 0) return undefined;
  return new Error(`${out}: no record was tokenized: ${missing} missing, ${failed} failed`);
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
