import type { CheckProblem, CheckReport } from '@heartllm/ecg-datasets';
import type { Command } from 'commander';
import { DATASET_NAMES } from '../corpus/names.ts';
import { listFiles } from '../files/list-files.ts';
import { type Progress, progress } from '../terminal/progress.ts';
import { type CommonOptions, perform, type Rendered, type Shell, type Terminal, table } from '../terminal/terminal.ts';
import { commonOptions } from './options.ts';

/** Problems that are printed; all of them are in the JSON. */
const SHOWN = 20;

/** Files between two signs of life while a folder is listed: MIMIC-IV-ECG has 1.6 million. */
const LISTED = 100_000;

/** `heartllm data check DIR`; when it is stopped, it reports what it has seen. */
export function dataCommand(program: Command, shell: Shell): void {
  const parent = program.command('data').description('look at data sets');
  commonOptions(parent.command('check'))
    .description('tell which data set a folder holds, what of it is missing and what is damaged')
    .argument('<dir>', "the data set's own folder")
    .action((dir: string, options: CommonOptions) =>
      perform(
        shell,
        options,
        () => shell.interrupt.finish((signal) => check(dir, shell, signal)),
        (report) => renderCheck(dir, report, shell.interrupt.signal),
      ),
    );
}

function renderCheck(dir: string, report: CheckReport, signal: AbortSignal): Rendered {
  const { damaged, stopped } = report;
  const failure = stopped
    ? new Error(`${dir}: stopped before everything was looked at`, { cause: signal.reason })
    : damaged.length > 0
      ? new Error(`${dir}: ${damaged.length} damaged`)
      : undefined;
  return { fields: { dir, ok: !failure, ...report }, lines: lines(dir, report), failure };
}

async function check(dir: string, terminal: Terminal, signal: AbortSignal): Promise<CheckReport> {
  const [{ checkDataset, DatasetError }, { folderSource }] = await Promise.all([
    import('@heartllm/ecg-datasets'),
    import('@heartllm/ecg-io/node'),
  ]);
  const files: string[] = [];
  for await (const file of listFiles(dir)) {
    if (signal.aborted) throw new Error(`${dir}: stopped before its files were known`, { cause: signal.reason });
    if (files.push(file) % LISTED === 0) terminal.err(`found ${files.length} files\n`);
  }
  let bar: Progress | undefined;
  let what = '';
  try {
    for await (const event of checkDataset(folderSource(dir), files, { signal })) {
      if (event.type === 'report') return event.report;
      if (event.what !== what) {
        bar?.stop();
        what = event.what;
        bar = progress(terminal, `checking ${what}`, event.total);
      }
      bar?.update(event.done);
    }
  } catch (error) {
    if (error instanceof DatasetError) throw new Error(`${dir}: ${error.detail}`, { cause: error });
    throw error;
  } finally {
    bar?.stop();
  }
  throw new Error(`${dir}: the check ended without a report`);
}

function lines(dir: string, report: CheckReport): string[] {
  const { tables, recordings, patients, folds, questions, stopped } = report;
  const parts = [
    tables.length > 0 && [
      ['table', 'rows', 'wrong rows'],
      ...tables.map(({ file, rows, wrongRows }) => [file, String(rows), String(wrongRows)]),
    ],
    recordings.length > 0 && [
      ['recordings', 'listed', 'intact', 'missing', 'damaged'],
      ...recordings.map(({ name, ...counts }) => [
        name,
        ...[counts.listed, counts.intact, counts.missing, counts.damaged].map(String),
      ]),
    ],
    folds && counted('fold', 'rows', folds),
    questions && counted('question type', 'questions', questions),
  ].filter((rows): rows is string[][] => Boolean(rows));
  return [
    `${dir}: ${DATASET_NAMES[report.dataset]}${patients === undefined ? '' : `, ${patients} patients`}`,
    ...parts.flatMap((rows) => ['', ...table(rows, '  ')]),
    ...problems('missing', report.missing),
    ...problems('damaged', report.damaged),
    '',
    stopped ? 'stopped; what was not looked at is not counted' : verdict(report),
  ];
}

function counted(what: string, unit: string, counts: Record<string, number>): string[][] {
  return [[what, unit], ...Object.entries(counts).map(([name, count]) => [name, String(count)])];
}

function problems(title: string, all: CheckProblem[]): string[] {
  if (all.length === 0) return [];
  const shown = all.slice(0, SHOWN).map(({ file, line, message }) => {
    return `  ${file}${line === undefined ? '' : ` line ${line}`}: ${message}`;
  });
  const more = all.length > SHOWN ? [`  and ${all.length - SHOWN} more; --json has them all`] : [];
  return ['', title, ...shown, ...more];
}

function verdict({ missing, damaged }: CheckReport): string {
  if (damaged.length > 0) return `${damaged.length} damaged`;
  return missing.length > 0 ? 'nothing damaged, but not everything is there' : 'complete and undamaged';
}
