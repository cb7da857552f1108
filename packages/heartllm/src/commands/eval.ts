import { readFile } from 'node:fs/promises';
import type { BackendInfo } from '@heartllm/backend';
import { parseJson } from '@heartllm/source';
import type { Synonyms } from '@heartllm/text-metrics';
import { type Command, InvalidArgumentError } from 'commander';
import type { EvalData } from '../eval/data.ts';
import type { QuestionEvaluation } from '../eval/evaluate-questions.ts';
import type { ReportEvaluation } from '../eval/evaluate-reports.ts';
import type { TokenizerEvaluation } from '../eval/evaluate-tokenizer.ts';
import type { WhyEvaluation } from '../eval/evaluate-why.ts';
import { questionLines, reportLines, tokenizerLines } from '../eval/tables.ts';
import { MOST_PER_PART } from '../eval/wave-questions.ts';
import { whyLines } from '../eval/why-table.ts';
import { inOutputFile } from '../files/output-file.ts';
import { perform, type Rendered, type Shell, type Terminal, warnOfSome } from '../terminal/terminal.ts';
import { type ConstrainOptions, constrainAnswerOptions, constrainOptions, readKnowledge } from './constrain-options.ts';
import { describeBackend, type ModelOptions, modelOptions, openCodec, openModel, whole } from './options.ts';

interface EvalOptions extends ModelOptions {
  data: string;
  fold?: number;
  seed: number;
  /** File of results, where the evaluation has one. */
  out?: string;
}

interface GenerationOptions extends EvalOptions, ConstrainOptions {
  list?: string;
  batchSize: number;
}

interface QuestionOptions extends GenerationOptions {
  perRecord: number;
}

interface ReportOptions extends GenerationOptions {
  synonyms?: string;
  background: boolean;
}

interface WhyOptions extends EvalOptions {
  records?: number;
  perPart: number;
  window: number;
  stride: number;
  batchSize: number;
}

/** `heartllm eval tokenizer`, `eval qa`, `eval report` and `eval why` */
export function evalCommand(program: Command, shell: Shell): void {
  const parent = program.command('eval').description('score a model on ECGs, with its controls beside it');
  /** Runs an evaluation, which a signal ends after what it is doing. */
  const action =
    <O extends EvalOptions, R extends object>(run: Evaluate<O, R>, lines: (result: R) => string[]) =>
    (options: O) =>
      perform(
        shell,
        options,
        () => shell.interrupt.finish((signal) => inOutputFile(options.out, () => run(options, signal, shell))),
        (evaluated) => renderEvaluated(evaluated, lines),
      );

  const anyData = 'folder of any data set of recordings that `heartllm data check` knows';
  evalOptions(parent.command('tokenizer'), anyData, 'of the shuffled control and the intervals')
    .option('--fold <n>', 'of PTB-XL, 1 to 10 (default: 9)', fold)
    .description('what codes keep of ECGs: mean squared error, codes used, perplexity')
    .action(action(runTokenizer, tokenizerLines));

  constrainAnswerOptions(
    generationOptions(parent.command('qa'), 'questions: a list of HeartLLM, or a file or folder of ECG-QA'),
  )
    .description('exact match of answers, and AUROC of yes against no')
    .option('--per-record <n>', 'questions per ECG at most, where they are made from labels', whole(1), 8)
    .action(action(runQuestions, questionLines));

  constrainOptions(generationOptions(parent.command('report'), 'reports: a list of HeartLLM'))
    .description('BLEU, METEOR and ROUGE of reports')
    .option('--synonyms <file>', "METEOR's synonyms, JSON of lists by stem; without them it is lower than with WordNet")
    .option('--no-background', 'do not tell age, sex, height and weight, for a model that was trained without')
    .action(action(runReports, reportLines));

  evalOptions(parent.command('why'), "LUDB's folder", 'of the maps turned round and the intervals')
    .description('where attention and occlusion fall on the waves of LUDB, by what was asked about')
    .option('--records <n>', 'the first ones only', whole(1))
    .option('--per-part <n>', 'questions about each of P, QRS, ST and T, 1 to 3', perPart, 2)
    .option('--window <n>', 'codes that are masked at a time', whole(1), 4)
    .option('--stride <n>', 'codes from one window to the next', whole(1), 4)
    .option('--batch-size <n>', 'windows at once', whole(1), 16)
    .option(
      '--out <file>',
      'write what is found about each record there, as JSON lines; a run that was ended goes on with it',
    )
    .action(action(runWhy, whyLines));
}

/** A result, and what it was made with. */
interface Evaluated<R> {
  result: R;
  model: string;
  backend?: BackendInfo;
  out?: string | undefined;
}

type Evaluate<O, R> = (options: O, signal: AbortSignal, terminal: Terminal) => Promise<Evaluated<R>>;

function renderEvaluated<R extends object>(
  { result, model, backend, out }: Evaluated<R>,
  lines: (result: R) => string[],
): Rendered {
  return {
    fields: { ...result, model, ...(backend && { backend }), ...(out !== undefined && { out }) },
    lines: [...lines(result), '', `model ${model}${backend ? ` on ${describeBackend(backend)}` : ''}`],
  };
}

const runTokenizer: Evaluate<EvalOptions, TokenizerEvaluation> = async (options, signal, terminal) => {
  const { evaluateTokenizer } = await import('../eval/evaluate-tokenizer.ts');
  const { recordingData } = await import('../eval/recording-data.ts');
  const [data, model] = await Promise.all([recordingData(options.data, options.fold), openCodec(options)]);
  warnOfSome(terminal, data.problems);
  const result = await evaluateTokenizer(data, { model, seed: options.seed, signal }, terminal);
  return { result, model: model.manifest.name };
};

const runQuestions: Evaluate<QuestionOptions, QuestionEvaluation> = async (options, signal, terminal) => {
  const { evaluateQuestions } = await import('../eval/evaluate-questions.ts');
  const { seed, batchSize, out, perRecord } = options;
  const constrain = await readKnowledge(options);
  const [data, { model, backend }] = await Promise.all([open(options, 'qa'), openModel(options)]);
  warnOfSome(terminal, data.problems);
  const run = { model, backend: backend.name, seed, batchSize, out, perRecord, constrain, signal };
  const result = await evaluateQuestions(data, run, terminal).finally(() => model.dispose());
  return { result, model: model.manifest.name, backend, out };
};

const runReports: Evaluate<ReportOptions, ReportEvaluation> = async (options, signal, terminal) => {
  const { evaluateReports } = await import('../eval/evaluate-reports.ts');
  const { seed, batchSize, out, background } = options;
  const synonyms = options.synonyms === undefined ? undefined : await readSynonyms(options.synonyms);
  const constrain = await readKnowledge(options);
  const [data, { model, backend }] = await Promise.all([open(options, 'report'), openModel(options)]);
  warnOfSome(terminal, data.problems);
  const run = { model, backend: backend.name, seed, batchSize, out, synonyms, background, constrain, signal };
  const result = await evaluateReports(data, run, terminal).finally(() => model.dispose());
  return { result, model: model.manifest.name, backend, out };
};

const runWhy: Evaluate<WhyOptions, WhyEvaluation> = async (options, signal, terminal) => {
  const { evaluateWhy } = await import('../eval/evaluate-why.ts');
  const { recordingData } = await import('../eval/recording-data.ts');
  const [data, { model, backend }] = await Promise.all([recordingData(options.data), openModel(options)]);
  warnOfSome(terminal, data.problems);
  const run = { ...options, model, backend: backend.name, signal };
  const result = await evaluateWhy(data, run, terminal).finally(() => model.dispose());
  return { result, model: model.manifest.name, backend, out: options.out };
};

function evalOptions(command: Command, data: string, seedOf: string): Command {
  return modelOptions(command.requiredOption('--data <dir>', data).option('--seed <n>', seedOf, whole(0), 0));
}

function generationOptions(command: Command, list: string): Command {
  return evalOptions(
    command,
    'folder of PTB-XL, LUDB or CODE-15%, or a part of it',
    'of questions, controls and intervals',
  )
    .option('--fold <n>', 'of PTB-XL, 1 to 10 (default: 9, and with --list all)', fold)
    .option('--list <path>', `${list}; --data is the folder of the recordings then`)
    .option('--batch-size <n>', 'prompts at once', whole(1), 16)
    .option('--out <file>', 'write the predictions there, as JSON lines; a run that was ended goes on with them');
}

async function open(options: EvalOptions & { list?: string }, task: 'qa' | 'report'): Promise<EvalData> {
  const { openData } = await import('../eval/open-data.ts');
  return openData(options, task);
}

/** @throws Error naming the file where it is not an object of lists of words */
async function readSynonyms(file: string): Promise<Synonyms> {
  const value = parseJson(await readFile(file), file);
  const isWords = (words: unknown) => Array.isArray(words) && words.every((word) => typeof word === 'string');
  if (typeof value !== 'object' || value === null || Array.isArray(value) || !Object.values(value).every(isWords)) {
    throw new Error(`${file}: expected an object of lists of words, by stem`);
  }
  return value as Record<string, string[]>;
}

function fold(text: string): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 1 || value > 10) throw new InvalidArgumentError('It must be 1 to 10.');
  return value;
}

function perPart(text: string): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 1 || value > MOST_PER_PART) {
    throw new InvalidArgumentError(`It must be 1 to ${MOST_PER_PART}.`);
  }
  return value;
}
