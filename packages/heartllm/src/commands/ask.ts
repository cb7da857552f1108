import type { Knowledge, PossibleAnswers } from '@heartllm/constrain';
import type { Command } from 'commander';
import { checkWritable } from '../files/output-file.ts';
import { NOT_A_DEVICE } from '../html-page.ts';
import type { Answer } from '../results.ts';
import { perform, type Rendered, type Shell, warn } from '../terminal/terminal.ts';
import type { PageWhy } from '../why/section.ts';
import { type ConstrainOptions, constrainAnswerOptions, readKnowledge } from './constrain-options.ts';
import { explainEach, WHY, whyFields, whyLines } from './explain.ts';
import { describeBackend, openModel, RECORD } from './options.ts';
import { type EcgOptions, ecgOptions, type ReadEcg, readEcg } from './read-ecg.ts';
import { writePage } from './write-page.ts';

interface AskOptions extends EcgOptions, ConstrainOptions {
  why?: boolean;
  html?: string;
}

/** `heartllm ask RECORD QUESTION` */
export function askCommand(program: Command, shell: Shell): void {
  constrainAnswerOptions(ecgOptions(program.command('ask')))
    .description('ask the model a question about a record')
    .argument('<record>', RECORD)
    .argument('<question>', 'in English, as in ECG-QA')
    .option('--why', WHY)
    .option('--html <file>', 'write the answer, and with --why the reasons, as a page with the ECG')
    .action((path: string, question: string, options: AskOptions) =>
      perform(
        shell,
        options,
        () => runAsk(path, question, options, shell),
        (asked) => renderAsk(asked, shell.columns),
      ),
    );
}

/** What came of a question about a record. */
interface Asked {
  read: ReadEcg;
  answer: Answer;
  why: PageWhy | undefined;
  html: string | undefined;
  constrain: Knowledge | undefined;
  model: string;
  backend: string;
  /** Why the page is not written. */
  failure: Error | undefined;
}

/** From the bytes of a record to the answer; docs/architecture.md walks through it. */
export async function runAsk(path: string, question: string, options: AskOptions, shell: Shell): Promise<Asked> {
  const { html } = options;
  if (html !== undefined) await checkWritable(html);
  const constrain = await readKnowledge(options);
  const { model, backend } = await openModel(options);
  const read = await readEcg(path, model, options);
  const { tokenized } = read;
  warn(shell, tokenized.warnings);
  const answer = await model.ask(tokenized, question, { constrain });
  const [why] = options.why ? await explainEach(model, tokenized, [answer], constrain, shell) : [];
  const failure =
    html === undefined
      ? undefined
      : await writePage(html, { model, backend, constrain, read }, { answers: [answer], why: why && [why] }, shell);
  return {
    ...{ read, answer, why, html, constrain, failure },
    model: model.manifest.name,
    backend: describeBackend(backend),
  };
}

function renderAsk(asked: Asked, columns: number): Rendered {
  const { read, answer, why, html, constrain, model, backend, failure } = asked;
  const { question, text, promptTokens, generatedTokens, tokensPerSecond } = answer;
  const { ecg, record, tokenized } = read;
  const constrained = constrain && constrainedTo(constrain.answersTo(question));
  return {
    fields: {
      record,
      question,
      answer: answer.answer,
      ...{ text, promptTokens, generatedTokens, tokensPerSecond },
      ...(constrained && { constrained }),
      ...(why && { why: whyFields(why, ecg) }),
      ...(html !== undefined && !failure && { html }),
      model,
      warnings: tokenized.warnings,
    },
    lines: [
      text || '(the model gave an empty answer)',
      '',
      ...(constrained ? [`${constrained.kind} question, constrained to ${constrained.answers.length} answers`] : []),
      ...(why ? [...whyLines(why, ecg, columns), ''] : []),
      ...(html === undefined || failure ? [] : [`page written to ${html}`]),
      `model ${model} on ${backend}, ${promptTokens} tokens read, ${generatedTokens} written, ${tokensPerSecond.toFixed(1)} per second`,
      NOT_A_DEVICE,
    ],
    failure,
  };
}

function constrainedTo({ kind, sayings }: PossibleAnswers) {
  return { kind, answers: sayings.all.map((saying) => saying.text) };
}
