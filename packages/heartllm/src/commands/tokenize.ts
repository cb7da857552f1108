import { readRecord } from '@heartllm/ecg-io';
import type { Command } from 'commander';
import { recordPath } from '../files/record-path.ts';
import { show, type Terminal, warn, wrap } from '../terminal/terminal.ts';
import { forEachRecord } from './each-record.ts';
import { type ModelOptions, modelOptions, openCodec, RECORD } from './options.ts';

/** `heartllm tokenize RECORD...` */
export function tokenizeCommand(program: Command, terminal: Terminal): void {
  modelOptions(program.command('tokenize'))
    .description('turn records into ECG codes, one per 32 ms')
    .argument('<record...>', RECORD)
    .action(async (paths: string[], options: ModelOptions) => {
      const model = await openCodec(options);
      const records = await forEachRecord(terminal, 'tokenizing', paths, async (path) => {
        const { source, name, record } = recordPath(path);
        const ecg = await readRecord(source, name);
        const { codes, ...rest } = await model.tokenize(ecg);
        const warnings = [...ecg.meta.warnings, ...rest.warnings];
        warn(terminal, warnings);
        return { record, codes: Array.from(codes), ...rest, model: model.manifest.name, warnings };
      });
      const lines = records.flatMap(({ record, codes, codesUsed, tokensPerSecond }) => [
        `${record}: ${codes.length} codes, ${codesUsed} different, ${tokensPerSecond} per second`,
        ...wrap(codes.map(String), terminal.columns, '  '),
      ]);
      lines.push(`model ${model.manifest.name}`);
      show(terminal, options, { records }, lines);
    });
}
