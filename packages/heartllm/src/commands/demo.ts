import { basename, relative, resolve } from 'node:path';
import type { BackendInfo } from '@heartllm/backend';
import type { Command } from 'commander';
import { demoRecord, type Label, ptbxlLabel } from '../demo/records.ts';
import { checkWritable } from '../files/output-file.ts';
import { recordPath } from '../files/read-record-file.ts';
import { NOT_A_DEVICE } from '../html-page.ts';
import type { ModelManifest } from '../model-manifest.ts';
import type { HeartLlm } from '../pipeline.ts';
import type { ReconstructedEcg } from '../results.ts';
import { perform, type Rendered, type Shell, type Terminal, warn, wrap } from '../terminal/terminal.ts';
import { describeBackend, openModel, RECORD } from './options.ts';
import { type EcgOptions, ecgOptions, type ReadEcg, readEcg } from './read-ecg.ts';
import { writePage } from './write-page.ts';

interface DemoOptions extends EcgOptions {
  record?: string;
}

/** Two records with different diagnoses, of the fold that no model was trained on: what scripts/demo-records.mjs packs. */
const RECORDS = ['00722_hr', '00913_hr'] as const;
/** One yes/no, one choice, one open question, in ECG-QA's wording. */
const QUESTIONS = [
  'Does this ECG show symptoms of myocardial infarction?',
  'Which symptom does this ECG show, normal ecg or myocardial infarction?',
  'What diagnostic class does this ECG belong to?',
];
const PAGE = 'heartllm-report.html';

/** An ECG, what the model made of it, and what its labels say. */
interface Examined {
  read: ReadEcg;
  decoded: ReconstructedEcg;
  answers: { question: string; text: string; label?: string }[];
  label?: Label;
}

/** `heartllm demo` */
export function demoCommand(program: Command, shell: Shell): void {
  ecgOptions(program.command('demo'))
    .description(`show all of it on one record and write ${PAGE}`)
    .option('--record <path>', `${RECORD} (default: one of PTB-XL's that comes with the command)`)
    .action((options: DemoOptions) =>
      perform(
        shell,
        options,
        () => runDemo(options, shell),
        (shown) => renderDemo(shown, shell),
      ),
    );
}

/** All that the demo shows. */
interface Shown {
  main: Examined;
  other: Examined;
  report: string;
  model: ModelManifest;
  backend: BackendInfo;
  seconds: { load: number; compute: number };
  /** Why the page is not written. */
  failure: Error | undefined;
}

async function runDemo(options: DemoOptions, shell: Shell): Promise<Shown> {
  await checkWritable(PAGE);
  const start = performance.now();
  const first = options.record === undefined ? demoRecord(RECORDS[0]) : resolve(recordPath(options.record));
  const { model, backend } = await openModel(options);
  const loaded = performance.now();

  const main = await examine(model, first, options);
  warn(shell, main.decoded.warnings);
  const { report } = await model.report(main.decoded);
  const other = await examine(model, demoRecord(RECORDS[basename(first) === RECORDS[1] ? 0 : 1]), {});
  const computed = performance.now();

  const { answers, decoded, read } = main;
  const control = { record: other.read.ecg.name, answers: other.answers };
  const written = { reconstruction: decoded.signal, mse: decoded.mse, answers, control, report };
  const failure = await writePage(PAGE, { model, backend, read }, written, shell);
  const seconds = { load: (loaded - start) / 1000, compute: (computed - loaded) / 1000 };
  return { main, other, report, model: model.manifest, backend, seconds, failure };
}

async function examine(model: HeartLlm, path: string, options: Parameters<typeof readEcg>[2]): Promise<Examined> {
  const label = await ptbxlLabel(path);
  const read = await readEcg(path, model, options);
  const decoded = await model.reconstruct(read.ecg, read.tokenized);
  const answers = [];
  for (const question of QUESTIONS) {
    const { text } = await model.ask(read.tokenized, question);
    answers.push({ question, text, label: label?.answer(question) });
  }
  return { read, decoded, answers, label };
}

function renderDemo({ main, other, report, model, backend, seconds, failure }: Shown, shell: Shell): Rendered {
  const { decoded, label } = main;
  const { ecg } = main.read;
  const facts: [string, string][] = [
    [
      'Record',
      `${ecg.name}: ${ecg.leads.length} leads (${ecg.leads.join(' ')}), ${ecg.samples / ecg.fs} s at ${ecg.fs} Hz`,
    ],
    ...(label ? [['Labels', label.statements] as [string, string]] : []),
    ['Model', `${model.name} on ${describeBackend(backend)}. ${model.training}`],
    [
      'Codes',
      `${decoded.codes.length}, of which ${decoded.codesUsed} different: ${Array.from(decoded.codes).join(' ')}`,
    ],
    ['Decoded', `mean squared error ${decoded.mse.toFixed(3)} on the z-scored signal (1 is a flat line)`],
    ['Report', report || '(empty)'],
  ];
  return {
    fields: {
      ...examinedFields(main),
      codes: Array.from(decoded.codes),
      report,
      control: examinedFields(other),
      ...(!failure && { page: resolve(PAGE) }),
      model: model.name,
      backend,
      seconds,
    },
    lines: [
      `HeartLLM demo. ${NOT_A_DEVICE}`,
      '',
      ...facts.flatMap(([term, text]) => describe(term, text, shell)),
      '',
      ...answerLines(main, shell, 'Questions about '),
      '',
      ...answerLines(other, shell, 'The same questions about another ECG, '),
      '',
      ...(failure ? [] : describe('Page', relative('.', PAGE), shell)),
      ...describe('Time', `${seconds.load.toFixed(1)} s to load, ${seconds.compute.toFixed(1)} s to compute`, shell),
    ],
    failure,
  };
}

function examinedFields({ read, decoded, answers, label }: Examined) {
  const { mse, msePerLead, codesUsed } = decoded;
  return { record: read.ecg.name, labels: label?.statements, codesUsed, mse, msePerLead, answers };
}

function answerLines({ read, answers, label }: Examined, terminal: Terminal, prefix = ''): string[] {
  const { name } = read.ecg;
  const title = label && prefix ? `${name} (${label.statements.replace(/\.$/, '')})` : name;
  return [
    `${prefix}${title}`,
    ...answers.flatMap(({ question, text, label: known }) => [
      `  ${question}`,
      ...wrap(`model: ${text || '(empty)'}`.split(/\s+/), terminal.columns, '    '),
      ...(label ? [`    labels: ${known ?? '(not known)'}`] : []),
    ]),
  ];
}

/** A term and its text, which goes on below itself. */
function describe(term: string, text: string, { columns }: Terminal): string[] {
  const indent = ' '.repeat(9);
  const lines = wrap(text.split(/\s+/), columns, indent);
  return [term.padEnd(indent.length) + (lines[0] ?? '').trimStart(), ...lines.slice(1)];
}
