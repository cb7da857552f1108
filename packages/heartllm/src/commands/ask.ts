import type { Command } from 'commander';
import { NOT_A_DEVICE } from '../html-page.ts';
import { show, type Terminal, warn } from '../terminal/terminal.ts';
import { type ConstrainOptions, constrainAnswerOptions, readKnowledge } from './constrain-options.ts';
import { describeBackend, openModel, RECORD } from './options.ts';
import { type EcgOptions, ecgOptions, readEcg } from './read-ecg.ts';

/** `heartllm ask RECORD QUESTION` */
export function askCommand(program: Command, terminal: Terminal): void {
  constrainAnswerOptions(ecgOptions(program.command('ask')))
    .description('ask the model a question about a record')
    .argument('<record>', RECORD)
    .argument('<question>', 'in English, as in ECG-QA')
    .action(async (path: string, question: string, options: EcgOptions & ConstrainOptions) => {
      const constrain = await readKnowledge(options);
      const { model, backend } = await openModel(options);
      const { ecg, record } = await readEcg(path, model, options);
      const { codes, ...rest } = await model.tokenize(ecg);
      const warnings = [...ecg.meta.warnings, ...rest.warnings];
      warn(terminal, warnings);
      const { answer, text, promptTokens, generatedTokens, tokensPerSecond } = await model.ask({ codes }, question, {
        constrain,
      });
      const possible = constrain?.answersTo(question);
      const fields = { record, question, answer, text, promptTokens, generatedTokens, tokensPerSecond };
      const constrained = possible && {
        kind: possible.kind,
        answers: possible.sayings.all.map((saying) => saying.text),
      };
      show(
        terminal,
        options,
        { ...fields, ...(constrained && { constrained }), model: model.manifest.name, warnings },
        [
          text || '(the model gave an empty answer)',
          '',
          ...(constrained
            ? [`${constrained.kind} question, constrained to ${constrained.answers.length} answers`]
            : []),
          `model ${model.manifest.name} on ${describeBackend(backend)}, ${promptTokens} tokens read, ${generatedTokens} written, ${tokensPerSecond.toFixed(1)} per second`,
          NOT_A_DEVICE,
        ],
      );
    });
}
