import { basename, relative, resolve } from 'node:path';
import type { EcgRecord } from '@heartllm/ecg-io';
import { writeFileAtomic } from '@heartllm/source';
import type { Command } from 'commander';
import { type Label, ptbxlLabel } from '../demo/label.ts';
import { demoRecord } from '../demo/records.ts';
import { recordPath } from '../files/read-record-file.ts';
import { NOT_A_DEVICE } from '../html-page.ts';
import type { HeartLlm } from '../pipeline.ts';
import { reportHtml } from '../report-html.ts';
import type { ReconstructedEcg } from '../results.ts';
import { show, type Terminal, warn, wrap } from '../terminal/terminal.ts';
import { describeBackend, openModel, RECORD } from './options.ts';
import { type EcgOptions, ecgOptions, readEcg } from './read-ecg.ts';

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
  record: string;
  ecg: EcgRecord;
  decoded: ReconstructedEcg;
  answers: { question: string; text: string; label?: string }[];
  label?: Label;
}

/** `heartllm demo` */
export function demoCommand(program: Command, terminal: Terminal): void {
  ecgOptions(program.command('demo'))
    .description(`show all of it on one record and write ${PAGE}`)
    .option('--record <path>', `${RECORD} (default: one of PTB-XL's that comes with the command)`)
    .action(async (options: DemoOptions) => {
      const start = performance.now();
      const first = options.record === undefined ? demoRecord(RECORDS[0]) : resolve(recordPath(options.record));
      const { model, backend } = await openModel(options);
      const loaded = performance.now();

      const main = await examine(model, first, options);
      warn(terminal, main.decoded.warnings);
      const { report } = await model.report(main.decoded);
      const control = demoRecord(RECORDS[basename(first) === RECORDS[1] ? 0 : 1]);
      const other = await examine(model, control, {});
      const computed = performance.now();

      const page = reportHtml({
        record: main.ecg,
        reconstruction: main.decoded.signal,
        codes: main.decoded.codes,
        levels: model.tokenizer.config.levels,
        mse: main.decoded.mse,
        answers: main.answers,
        control: { record: other.ecg.name, answers: other.answers },
        report,
        model: model.manifest,
        backend: describeBackend(backend),
        warnings: main.decoded.warnings,
      });
      await writeFileAtomic(PAGE, page);

      const seconds = { load: (loaded - start) / 1000, compute: (computed - loaded) / 1000 };
      const fields = {
        ...examinedFields(main),
        codes: Array.from(main.decoded.codes),
        report,
        control: examinedFields(other),
        page: resolve(PAGE),
        model: model.manifest.name,
        backend,
        seconds,
      };
      show(terminal, options, fields, [
        `HeartLLM demo. ${NOT_A_DEVICE}`,
        '',
        ...describe('Record', recordLine(main.ecg), terminal),
        ...(main.label ? describe('Labels', main.label.statements, terminal) : []),
        ...describe(
          'Model',
          `${model.manifest.name} on ${describeBackend(backend)}. ${model.manifest.training}`,
          terminal,
        ),
        ...describe('Codes', codesLine(main.decoded), terminal),
        ...describe(
          'Decoded',
          `mean squared error ${main.decoded.mse.toFixed(3)} on the z-scored signal (1 is a flat line)`,
          terminal,
        ),
        ...describe('Report', report || '(empty)', terminal),
        '',
        ...answerLines(main, terminal, 'Questions about '),
        '',
        ...answerLines(other, terminal, 'The same questions about another ECG, '),
        '',
        ...describe('Page', relative('.', PAGE), terminal),
        ...describe(
          'Time',
          `${seconds.load.toFixed(1)} s to load, ${seconds.compute.toFixed(1)} s to compute`,
          terminal,
        ),
      ]);
    });
}

async function examine(model: HeartLlm, path: string, options: Parameters<typeof readEcg>[2]): Promise<Examined> {
  const label = await ptbxlLabel(path);
  const { ecg, record, tokenized } = await readEcg(path, model, options);
  const decoded = await model.reconstruct(ecg, tokenized);
  const answers = [];
  for (const question of QUESTIONS) {
    const { text } = await model.ask(decoded, question);
    answers.push({ question, text, label: label?.answer(question) });
  }
  return { record, ecg, decoded, answers, label };
}

function examinedFields({ ecg, decoded, answers, label }: Examined) {
  const { mse, msePerLead, codesUsed } = decoded;
  return { record: ecg.name, labels: label?.statements, codesUsed, mse, msePerLead, answers };
}

function recordLine({ name, leads, samples, fs }: EcgRecord): string {
  return `${name}: ${leads.length} leads (${leads.join(' ')}), ${samples / fs} s at ${fs} Hz`;
}

function codesLine({ codes, codesUsed }: ReconstructedEcg): string {
  return `${codes.length}, of which ${codesUsed} different: ${Array.from(codes).join(' ')}`;
}

function answerLines({ ecg, answers, label }: Examined, terminal: Terminal, prefix = ''): string[] {
  const title = label && prefix ? `${ecg.name} (${label.statements.replace(/\.$/, '')})` : ecg.name;
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
