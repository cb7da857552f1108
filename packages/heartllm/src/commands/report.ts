import type { Knowledge } from '@heartllm/constrain';
import type { Command } from 'commander';
import { checkWritable } from '../files/output-file.ts';
import { NOT_A_DEVICE } from '../html-page.ts';
import type { Answer, Report } from '../results.ts';
import { perform, type Rendered, type Shell, warn, wrap } from '../terminal/terminal.ts';
import type { PageWhy } from '../why/section.ts';
import { type ConstrainOptions, constrainAnswerOptions, constrainedLine, readKnowledge } from './constrain-options.ts';
import { explainEach, WHY, whyFields, whyLines } from './explain.ts';
import { describeBackend, openModel, RECORD } from './options.ts';
import { type EcgOptions, ecgOptions, type ReadEcg, readEcg } from './read-ecg.ts';
import { writePage } from './write-page.ts';

interface ReportOptions extends EcgOptions, ConstrainOptions {
  html?: string;
  why?: boolean;
  question: string[];
  background?: string;
}

/** `heartllm report RECORD` */
export function reportCommand(program: Command, shell: Shell): void {
  constrainAnswerOptions(ecgOptions(program.command('report')))
    .description('let the model write a report about a record')
    .argument('<record>', RECORD)
    .option('--html <file>', 'write it as a page with the ECG, its reconstruction and its codes')
    .option('--why', `${WHY} per text`)
    .option('--question <text>', 'for the page; may be repeated', (text, all: string[]) => [...all, text], [])
    .option('--background <text>', "what is known of the patient, in the training data's wording; no identifiers")
    .action((path: string, options: ReportOptions) =>
      perform(
        shell,
        options,
        () => runReport(path, options, shell),
        (reported) => renderReport(reported, shell.columns),
      ),
    );
}

/** What came of a report about a record. */
interface Reported {
  read: ReadEcg;
  report: Report;
  answers: Answer[];
  /** Of the report, and of every answer; empty if nobody asked for it. */
  why: PageWhy[];
  html: string | undefined;
  constrain: Knowledge | undefined;
  model: string;
  backend: string;
  /** Why the page is not written. */
  failure: Error | undefined;
}

async function runReport(path: string, options: ReportOptions, shell: Shell): Promise<Reported> {
  const { background, html } = options;
  if (html !== undefined) await checkWritable(html);
  const constrain = await readKnowledge(options);
  const { model, backend } = await openModel(options);
  const read = await readEcg(path, model, options);
  const { ecg, tokenized } = read;
  warn(shell, tokenized.warnings);
  const report = await model.report(tokenized, { background, constrain });
  const answers: Answer[] = [];
  for (const question of options.question) answers.push(await model.ask(tokenized, question, { constrain }));
  const asked = [{ background }, ...answers];
  const why = options.why ? await explainEach(model, tokenized, asked, constrain, shell) : [];
  let failure: Error | undefined;
  if (html !== undefined) {
    const decoded = model.tokenizer.config.decoder ? await model.reconstruct(ecg, tokenized) : undefined;
    const written = { reconstruction: decoded?.signal, mse: decoded?.mse, answers, report: report.report, why };
    failure = await writePage(html, { model, backend, constrain, read }, written, shell);
  }
  return {
    ...{ read, report, answers, why, html, constrain, failure },
    model: model.manifest.name,
    backend: describeBackend(backend),
  };
}

function renderReport(reported: Reported, columns: number): Rendered {
  const { read, answers, why, html, constrain, model, backend, failure } = reported;
  const { report, promptTokens, generatedTokens, tokensPerSecond } = reported.report;
  const { ecg, record, tokenized } = read;
  const whyOf = (place: number) => (why.length > 0 ? { why: whyFields(why[place], ecg) } : {});
  return {
    fields: {
      ...{ record, report, promptTokens, generatedTokens, tokensPerSecond },
      ...whyOf(0),
      answers: answers.map(({ question, answer, text }, i) => ({ question, answer, text, ...whyOf(i + 1) })),
      ...(constrain && { constrainedBy: constrain.ontology.name }),
      ...(html !== undefined && !failure && { html }),
      model,
      warnings: tokenized.warnings,
    },
    lines: [
      ...wrap((report || '(the model wrote an empty report)').split(/\s+/), columns),
      ...answers.flatMap(({ question, text }) => ['', question, `  ${text || '(empty answer)'}`]),
      '',
      ...why.flatMap((each) => [...whyLines(each, ecg, columns), '']),
      ...constrainedLine(constrain),
      ...(html === undefined || failure ? [] : [`page written to ${html}`]),
      `model ${model} on ${backend}`,
      NOT_A_DEVICE,
    ],
    failure,
  };
}
