/**
 * Answers and reports on a fold of PTB-XL with and without constraints, each beside its controls.
 *
 *   npm run bench:constrained -w heartllm -- PTB-XL --write ../../docs/constrained-answers.md
 *
 * --fold 9, --model DIR (the embedded model), --backend auto, --out DIR to keep the predictions, which are not made again then.
 * --write puts the tables into a file, between its two comments that name this script. Paths count from packages/heartllm.
 */
import { mkdir, mkdtemp, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { type BackendName, useBackend } from '@heartllm/backend';
import { Knowledge } from '@heartllm/constrain';
import { folderSource } from '@heartllm/ecg-io/node';
import { exactMatch } from '@heartllm/text-metrics';
import { bootstrap, type Interval } from '../src/eval/bootstrap.ts';
import { evaluateQuestions, type QuestionEvaluation } from '../src/eval/evaluate-questions.ts';
import { evaluateReports, type ReportEvaluation } from '../src/eval/evaluate-reports.ts';
import { openData } from '../src/eval/open-data.ts';
import { HeartLlm } from '../src/index.ts';
import { processTerminal } from '../src/terminal/terminal.ts';

interface Line {
  id: number;
  ecg: number;
  condition: string;
  type: string;
  question: string;
  answer: string[];
  counted: boolean;
  prediction: string;
}

const TYPES: Record<string, string> = {
  'single-verify': 'yes/no questions',
  'single-choose': 'choices',
  'single-query': 'open questions',
};

const { values: options, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    fold: { type: 'string', default: '9' },
    model: { type: 'string' },
    backend: { type: 'string', default: 'auto' },
    out: { type: 'string' },
    write: { type: 'string' },
  },
});
const [data] = positionals;
const knowledge = new Knowledge();
const backend = await useBackend(options.backend as BackendName);
const model = await HeartLlm.load(options.model === undefined ? undefined : folderSource(options.model));
const out = options.out ?? (await mkdtemp(join(tmpdir(), 'constrained-answers-')));
await mkdir(out, { recursive: true });
const file = (name: string) => join(out, `${name}.jsonl`);
const opened = (task: 'qa' | 'report') => openData({ data, fold: Number(options.fold) }, task);
const run = (name: string, constrain?: Knowledge) => ({
  ...{ model, backend: backend.name, seed: 0, batchSize: 16, perRecord: 8 },
  ...{ out: file(name), constrain, signal: new AbortController().signal },
});

const questions = await opened('qa');
const terminal = processTerminal();
const free = await evaluateQuestions(questions, run('free'), terminal);
const bound = await evaluateQuestions(questions, run('constrained', knowledge), terminal);
const reports = await opened('report');
const freeReports = await evaluateReports(reports, run('free-reports'), terminal);
const boundReports = await evaluateReports(reports, run('constrained-reports', knowledge), terminal);
const lines = {
  free: await linesOf(file('free')),
  bound: await linesOf(file('constrained')),
  reports: await linesOf(file('free-reports')),
};
const text = [
  `${free.dataset}: ${free.records} records, ${free.n} questions, ${freeReports.n} reports; model ${model.manifest.name} on ${backend.name}. 95 % intervals by the bootstrap over records.`,
  '',
  ...questionTable(),
  '',
  ...examples(),
  '',
  ...reportTable(),
].join('\n');
process.stdout.write(`${text}\n`);
if (options.write !== undefined) await writeBetween(options.write, text);
process.exit(0); // Dawn's threads would keep it alive

function questionTable(): string[] {
  const types = Object.keys(free.byType);
  const controls = ['none', 'shuffled', 'constant', 'prior'] as const;
  const names = ['no ECG', "another patient's", 'one code repeated', 'most frequent'];
  const row = (name: string, type?: string) => {
    const of = (result: QuestionEvaluation) => (type === undefined ? result : result.byType[type]);
    const n = of(free).n;
    const cells = [of(free), of(bound)].map(({ exactMatch, interval }) => share(exactMatch, interval));
    return [name, String(n), ...cells, difference(type)];
  };
  const control = (i: number) => {
    const [a, b] = [free, bound].map((result) => result.controls[controls[i]]);
    const cells = [a, b].map((scores) => (scores ? share(scores.exactMatch, scores.interval) : '-'));
    return [names[i], String(free.n), ...cells, difference(undefined, controls[i])];
  };
  const lead = [free, bound].map(
    ({ lead }) => `${points(lead.difference)} (${lead.interval?.map(points).join(' to ')})`,
  );
  return [
    ...markdown([
      ['exact match, %', 'n', 'free', 'constrained', 'difference'],
      row('all questions'),
      ...types.map((type) => row(TYPES[type] ?? type, type)),
      ...controls.map((_, i) => control(i)),
      ['above the best control', '', ...lead, ''],
    ]),
    '',
    `Answers that are not possible when the model is free: ${types.map(count).join(', ')}.`,
  ];
}

function isPossible({ question, prediction }: Line): boolean {
  return knowledge.answersTo(question).sayings.settle(prediction) === prediction;
}

/** Of the model, by id. */
function modelsLines(all: Line[]): Map<number, Line> {
  return new Map(
    all.filter(({ condition, counted }) => condition === 'model' && counted).map((line) => [line.id, line]),
  );
}

/** The first impossible answers, of different questions. */
function examples(): string[] {
  const constrained = modelsLines(lines.bound);
  const seen = new Set<string>();
  const chosen = [...modelsLines(lines.free).values()].filter((line) => {
    const isNew = !seen.has(line.prediction) && !isPossible(line);
    if (isNew) seen.add(line.prediction);
    return isNew;
  });
  const rows = chosen.slice(0, 6).map(({ id, question, answer, prediction }) => {
    return [question, prediction || '(empty)', constrained.get(id)!.prediction, answer.join('.')];
  });
  return markdown([['question', 'free', 'constrained', 'label'], ...rows]);
}

/** How many answers of the free model cannot be, and what became of them. */
function count(type: string): string {
  const asked = [...modelsLines(lines.free).values()].filter((line) => line.type === type);
  const bad = asked.filter((line) => !isPossible(line));
  const constrained = modelsLines(lines.bound);
  const right = bad.filter(({ id, answer }) => exactMatch(constrained.get(id)!.prediction, answer)).length;
  const changed = asked.filter(({ id, prediction }) => constrained.get(id)!.prediction !== prediction).length;
  if (changed !== bad.length) throw new Error(`${type}: ${changed} answers changed, ${bad.length} were impossible`);
  return `${bad.length} of ${asked.length} ${TYPES[type] ?? type} (${right} right when constrained)`;
}

/** Of the same records drawn again for both. */
function difference(type?: string, condition = 'model'): string {
  const perRecord = (all: Line[]) => {
    const counts = Array.from({ length: free.records }, () => [0, 0]);
    for (const line of all) {
      if (line.condition !== condition || !line.counted || (type !== undefined && line.type !== type)) continue;
      counts[line.ecg][0] += Number(exactMatch(line.prediction, line.answer));
      counts[line.ecg][1]++;
    }
    return counts;
  };
  const [a, b] = [perRecord(lines.free), perRecord(lines.bound)];
  const mean = (drawn: ArrayLike<number>) => {
    let [change, n] = [0, 0];
    for (let i = 0; i < drawn.length; i++) {
      change += drawn[i] * (b[i][0] - a[i][0]);
      n += drawn[i] * a[i][1];
    }
    return change / n;
  };
  const [interval] = bootstrap(free.records, (drawn) => [mean(drawn)], { seed: 0 });
  return `${points(mean(a.map(() => 1)))} (${interval?.map(points).join(' to ')})`;
}

function reportTable(): string[] {
  const conditions = (result: ReportEvaluation) => {
    const { none, shuffled, prior } = result.controls;
    return [result, none, shuffled, prior];
  };
  const names = ['model', 'no ECG', "another patient's", 'most frequent'];
  const rows = names.map((name, i) => {
    const both = [freeReports, boundReports].map((result) => conditions(result)[i]);
    const cells = both.map((scores) => (scores ? share(scores.bleu4, scores.intervals.bleu4) : '-'));
    const named = both.map((scores) =>
      scores?.superclasses ? share(scores.superclasses.named, scores.superclasses.interval) : '-',
    );
    return [name, ...cells, ...named];
  });
  const written = lines.reports.filter(({ condition }) => condition === 'model').map(({ prediction }) => prediction);
  const isPossible = (report: string) => knowledge.reports.settle(report) === report;
  const impossible = written.filter((report) => report !== '' && !isPossible(report));
  // each sentence is one by itself, so that it is their company that is wrong
  const together = impossible.filter((report) => sentences(report).every(isPossible));
  const empty = written.filter((report) => report === '');
  return [
    ...markdown([['reports', 'BLEU-4, free', 'constrained', 'right superclass, %, free', 'constrained'], ...rows]),
    '',
    `Of ${written.length} free reports ${together.length} contradict or repeat themselves, ${impossible.length - together.length} hold a sentence that the ontology does not know, and ${empty.length} are empty.`,
  ];
}

function sentences(report: string): string[] {
  return report.match(/[^.]+\.?/g)?.map((sentence) => sentence.trim()) ?? [];
}

function share(value: number, interval: Interval): string {
  const percent = (part: number) => (100 * part).toFixed(1);
  return interval ? `${percent(value)} (${interval.map(percent).join(' to ')})` : percent(value);
}

function points(value: number): string {
  return `${value < 0 ? '' : '+'}${(100 * value).toFixed(1)}`;
}

/** Aligned, as the formatter would. */
function markdown(rows: string[][]): string[] {
  const widths = rows[0].map((_, i) => Math.max(3, ...rows.map((row) => row[i].length)));
  const [head, ...body] = rows.map((row) => `| ${row.map((cell, i) => cell.padEnd(widths[i])).join(' | ')} |`);
  return [head, `| ${widths.map((width) => '-'.repeat(width)).join(' | ')} |`, ...body];
}

async function linesOf(path: string): Promise<Line[]> {
  const text = await readFile(path, 'utf8');
  return text
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Line);
}

async function writeBetween(path: string, text: string): Promise<void> {
  const before = await readFile(path, 'utf8');
  const mark = '<!-- made by packages/heartllm/bench/constrained-answers.ts -->';
  const [head, , tail] = before.split(mark);
  if (tail === undefined) throw new Error(`${path}: expected two comments ${mark}`);
  await writeFile(path, `${head}${mark}\n\n${text}\n\n${mark}${tail}`);
}
