import type { Command } from 'commander';
import { show, type Terminal, table, warn } from '../terminal/terminal.ts';
import { forEachRecord } from './each-record.ts';
import { openCodec, RECORD } from './options.ts';
import { type EcgOptions, ecgOptions, readEcg } from './read-ecg.ts';

/** `heartllm reconstruct RECORD...` */
export function reconstructCommand(program: Command, terminal: Terminal): void {
  ecgOptions(program.command('reconstruct'))
    .description('turn records into codes and back, and measure what is lost')
    .argument('<record...>', RECORD)
    .action(async (paths: string[], options: EcgOptions) => {
      const model = await openCodec(options);
      const records = await forEachRecord(terminal, 'reconstructing', paths, async (path) => {
        const { ecg, record } = await readEcg(path, model, options);
        const { mse, msePerLead, codesUsed, ...rest } = await model.reconstruct(ecg);
        const warnings = [...ecg.meta.warnings, ...rest.warnings];
        warn(terminal, warnings);
        return { record, mse, msePerLead, codesUsed, model: model.manifest.name, warnings };
      });
      const { leads } = model.tokenizer.config;
      const rows = records.map(({ record, mse, msePerLead, codesUsed }) =>
        [record, mse.toFixed(3), String(codesUsed)].concat(msePerLead.map((value) => value.toFixed(2))),
      );
      show(terminal, options, { records }, [
        'mean squared error on the z-scored signal (0 perfect, 1 as good as a flat line)',
        '',
        ...table([['record', 'mse', 'codes', ...leads], ...rows], '  '),
        '',
        `model ${model.manifest.name}`,
      ]);
    });
}
