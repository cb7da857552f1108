import type { Command } from 'commander';
import { show, type Terminal, warn, wrap } from '../terminal/terminal.ts';
import { forEachRecord } from './each-record.ts';
import { openCodec, RECORD } from './options.ts';
import { type EcgOptions, ecgOptions, readEcg } from './read-ecg.ts';

/** `heartllm tokenize RECORD...` */
export function tokenizeCommand(program: Command, terminal: Terminal): void {
  ecgOptions(program.command('tokenize'))
    .description('turn records into ECG codes, one per 32 ms')
    .argument('<record...>', RECORD)
    .action(async (paths: string[], options: EcgOptions) => {
      const model = await openCodec(options);
      const records = await forEachRecord(terminal, 'tokenizing', paths, async (path) => {
        const { ecg, record } = await readEcg(path, model, options);
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
