import { readRecord } from '@heartllm/ecg-io';
import type { Command } from 'commander';
import { recordPath } from '../files/record-path.ts';
import { NOT_A_DEVICE } from '../report-html.ts';
import { show, type Terminal, warn } from '../terminal/terminal.ts';
import { describeBackend, type ModelOptions, modelOptions, openModel, RECORD } from './options.ts';

/** `heartllm ask RECORD QUESTION` */
export function askCommand(program: Command, terminal: Terminal): void {
  modelOptions(program.command('ask'))
    .description('ask the model a question about a record')
    .argument('<record>', RECORD)
    .argument('<question>', 'in English, as in ECG-QA')
    .action(async (path: string, question: string, options: ModelOptions) => {
      const { source, name, record } = recordPath(path);
      const ecg = await readRecord(source, name);
      const { model, backend } = await openModel(options);
      const { codes, ...rest } = await model.tokenize(ecg);
      const warnings = [...ecg.meta.warnings, ...rest.warnings];
      warn(terminal, warnings);
      const { answer, text, promptTokens, generatedTokens, tokensPerSecond } = await model.ask({ codes }, question);
      const fields = { record, question, answer, text, promptTokens, generatedTokens, tokensPerSecond };
      show(terminal, options, { ...fields, model: model.manifest.name, warnings }, [
        text || '(the model gave an empty answer)',
        '',
        `model ${model.manifest.name} on ${describeBackend(backend)}, ${promptTokens} tokens read, ${generatedTokens} written, ${tokensPerSecond.toFixed(1)} per second`,
        NOT_A_DEVICE,
      ]);
    });
}
