import { writeFileAtomic } from '@heartllm/source';
import type { Command } from 'commander';
import { NOT_A_DEVICE } from '../html-page.ts';
import { reportHtml } from '../report-html.ts';
import { show, type Terminal, warn } from '../terminal/terminal.ts';
import { type ConstrainOptions, constrainAnswerOptions, constrainedLine, readKnowledge } from './constrain-options.ts';
import { explainEach, WHY, whyFields, whyLines } from './explain.ts';
import { describeBackend, openModel, RECORD } from './options.ts';
import { type EcgOptions, ecgOptions, readEcg } from './read-ecg.ts';

interface AskOptions extends EcgOptions, ConstrainOptions {
  why?: boolean;
  html?: string;
}

/** `heartllm ask RECORD QUESTION` */
export function askCommand(program: Command, terminal: Terminal): void {
  constrainAnswerOptions(ecgOptions(program.command('ask')))
    .description('ask the model a question about a record')
    .argument('<record>', RECORD)
    .argument('<question>', 'in English, as in ECG-QA')
    .option('--why', WHY)
    .option('--html <file>', 'write the answer, and with --why the reasons, as a page with the ECG')
    .action(async (path: string, question: string, options: AskOptions) => {
      const constrain = await readKnowledge(options);
      const { model, backend } = await openModel(options);
      const { ecg, record, tokenized } = await readEcg(path, model, options);
      const { codes, warnings } = tokenized;
      warn(terminal, warnings);
      const { answer, text, promptTokens, generatedTokens, tokensPerSecond } = await model.ask(tokenized, question, {
        constrain,
      });
      const { html } = options;
      const [why] = options.why ? await explainEach(model, tokenized, [{ question }], constrain, terminal) : [];
      if (html !== undefined) {
        const page = reportHtml({
          record: ecg,
          codes,
          levels: model.tokenizer.config.levels,
          answers: [{ question, text }],
          ...(why && { why: [why] }),
          model: model.manifest,
          backend: describeBackend(backend),
          warnings: [...warnings, ...constrainedLine(constrain)],
        });
        await writeFileAtomic(html, page);
      }
      const possible = constrain?.answersTo(question);
      const fields = { record, question, answer, text, promptTokens, generatedTokens, tokensPerSecond };
      const constrained = possible && {
        kind: possible.kind,
        answers: possible.sayings.all.map((saying) => saying.text),
      };
      const more = { ...(why && { why: whyFields(why, ecg) }), ...(html !== undefined && { html }) };
      show(
        terminal,
        options,
        { ...fields, ...(constrained && { constrained }), ...more, model: model.manifest.name, warnings },
        [
          text || '(the model gave an empty answer)',
          '',
          ...(constrained
            ? [`${constrained.kind} question, constrained to ${constrained.answers.length} answers`]
            : []),
          ...(why ? [...whyLines(why, ecg, terminal.columns), ''] : []),
          ...(html === undefined ? [] : [`page written to ${html}`]),
          `model ${model.manifest.name} on ${describeBackend(backend)}, ${promptTokens} tokens read, ${generatedTokens} written, ${tokensPerSecond.toFixed(1)} per second`,
          NOT_A_DEVICE,
        ],
      );
    });
}
