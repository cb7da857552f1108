import type { Source } from '@heartllm/ecg-io';
import { readEcgQa } from '../ecg-qa/read.ts';
import { DatasetError, type ReaderOptions } from '../error.ts';
import { readHeartLlmQuestions, readHeartLlmReports } from '../heartllm/lists.ts';
import type { Identity } from '../identity.ts';
import type { Files } from './recording.ts';
import type { CheckEvent, CheckReport } from './report.ts';
import { toProblem } from './rows.ts';

/** An entry of any list, as far as a check looks at it. */
interface ListedEntry {
  dataset: string;
  identities: Identity[];
  type?: string;
  line: number;
}

/**
 * Reads all lists of questions and reports of a folder: wrong entries, and ECGs or patients that are in two of the parts
 * train, valid and test.
 */
export async function* checkLists(
  source: Source,
  files: Files,
  report: CheckReport,
  signal?: AbortSignal,
): AsyncGenerator<CheckEvent> {
  const lists = [...files].filter((file) => file.endsWith('.json')).sort();
  const questions = new Map<string, number>();
  const partOf = new Map<string, string>();
  for (const [done, file] of lists.entries()) {
    if (signal?.aborted) break;
    yield { type: 'progress', what: 'lists', done, total: lists.length };
    const part = /(?:^|[/_])(train|valid|test)(?=[/_.])/.exec(file)?.[1];
    let rows = 0;
    let wrongRows = 0;
    const onProblem = (problem: DatasetError) => {
      wrongRows++;
      report.damaged.push(toProblem(problem));
    };
    for await (const { dataset, identities, type, line } of entriesOf(source, file, report, onProblem)) {
      if (signal?.aborted) break;
      rows++;
      if (type !== undefined) questions.set(type, (questions.get(type) ?? 0) + 1);
      if (part === undefined) continue;
      // Questions and reports are two tasks, each with parts of its own.
      const keys = identities.flatMap((identity) => keysOf(`${dataset}|${type === undefined}`, identity));
      const other = keys.map((key) => partOf.get(key)).find((before) => before !== undefined && before !== part);
      if (other !== undefined)
        report.damaged.push({ file, line, message: `its ECG or patient is in ${other} as well` });
      for (const key of keys) partOf.set(key, part);
    }
    report.tables.push({ file, rows, wrongRows });
  }
  if (questions.size > 0) report.questions = Object.fromEntries([...questions].sort());
  report.stopped ||= signal?.aborted ?? false;
}

async function* entriesOf(
  source: Source,
  file: string,
  { dataset }: CheckReport,
  onProblem: ReaderOptions['onProblem'],
): AsyncGenerator<ListedEntry> {
  try {
    if (dataset === 'ecg-qa') {
      const about = /mimic/i.test(file) ? 'mimic-iv-ecg' : 'ptb-xl';
      yield* readEcgQa(source, file, { dataset: about, locate: () => '', onProblem });
    } else if (/^(?:dataset\/)?report\/|^(?:[\w-]+\/)?(?:train|valid|test)\.json$/.test(file)) {
      for await (const report of readHeartLlmReports(source, file, { onProblem })) {
        yield { ...report, identities: [report.identity] };
      }
    } else yield* readHeartLlmQuestions(source, file, { onProblem });
  } catch (error) {
    // A file that is no list at all ends its own reading, not the check.
    if (!(error instanceof DatasetError)) throw error;
    onProblem?.(error);
  }
}

function keysOf(prefix: string, { ecg, patient }: Identity): string[] {
  const keys = [`${prefix}|ecg|${ecg}`];
  return patient === undefined ? keys : [...keys, `${prefix}|patient|${patient}`];
}
