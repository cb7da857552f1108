import { writeFileAtomic } from '@heartllm/source';
import type { Command } from 'commander';
import { NOT_A_DEVICE } from '../html-page.ts';
import { reportHtml } from '../report-html.ts';
import { show, type Terminal, warn, wrap } from '../terminal/terminal.ts';
import { type ConstrainOptions, constrainAnswerOptions, constrainedLine, readKnowledge } from './constrain-options.ts';
import { explainEach, WHY, whyFields, whyLines } from './explain.ts';
import { describeBackend, openModel, RECORD } from './options.ts';
import { type EcgOptions, ecgOptions, readEcg } from './read-ecg.ts';

interface ReportOptions extends EcgOptions, ConstrainOptions {
  html?: string;
  why?: boolean;
  question: string[];
  background?: string;
}

/** `heartllm report RECORD` */
export function reportCommand(program: Command, terminal: Terminal): void {
  constrainAnswerOptions(ecgOptions(program.command('report')))
    .description('let the model write a report about a record')
    .argument('<record>', RECORD)
    .option('--html <file>', 'write it as a page with the ECG, its reconstruction and its codes')
    .option('--why', `${WHY} per text`)
    .option('--question <text>', 'for the page; may be repeated', (text, all: string[]) => [...all, text], [])
    .option('--background <text>', "what is known of the patient, in the training data's wording; no identifiers")
    .action(async (path: string, options: ReportOptions) => {
      const constrain = await readKnowledge(options);
      const { model, backend } = await openModel(options);
      const { ecg, record, tokenized } = await readEcg(path, model, options);
      const { codes, warnings } = tokenized;
      warn(terminal, warnings);
      const { background, html } = options;
      const { report, promptTokens, generatedTokens, tokensPerSecond } = await model.report(tokenized, {
        background,
        constrain,
      });
      const answers = [];
      for (const question of options.question) answers.push(await model.ask(tokenized, question, { constrain }));
      const asked = [{ background }, ...answers];
      const why = options.why ? await explainEach(model, tokenized, asked, constrain, terminal) : [];
      if (html !== undefined) {
        const decoded = model.tokenizer.config.decoder ? await model.reconstruct(ecg, tokenized) : undefined;
        const page = reportHtml({
          record: ecg,
          codes,
          levels: model.tokenizer.config.levels,
          reconstruction: decoded?.signal,
          mse: decoded?.mse,
          answers,
          report,
          why,
          model: model.manifest,
          backend: describeBackend(backend),
          warnings: [...warnings, ...constrainedLine(constrain)],
        });
        await writeFileAtomic(html, page);
      }
      const fields = { record, report, promptTokens, generatedTokens, tokensPerSecond };
      const answerFields = answers.map(({ question, answer, text }, i) => ({
        question,
        answer,
        text,
        ...(options.why && { why: whyFields(why[i + 1], ecg) }),
      }));
      show(
        terminal,
        options,
        {
          ...fields,
          ...(options.why && { why: whyFields(why[0], ecg) }),
          answers: answerFields,
          ...(constrain && { constrainedBy: constrain.ontology.name }),
          ...(html === undefined ? {} : { html }),
          model: model.manifest.name,
          warnings,
        },
        [
          ...wrap((report || '(the model wrote an empty report)').split(/\s+/), terminal.columns),
          ...answers.flatMap(({ question, text }) => ['', question, `  ${text || '(empty answer)'}`]),
          '',
          ...why.flatMap((each) => [...whyLines(each, ecg, terminal.columns), '']),
          ...constrainedLine(constrain),
          ...(html === undefined ? [] : [`page written to ${html}`]),
          `model ${model.manifest.name} on ${describeBackend(backend)}`,
          NOT_A_DEVICE,
        ],
      );
    });
}
