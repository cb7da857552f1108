import { writeFileAtomic } from '@heartllm/source';
import type { Command } from 'commander';
import { readRecordFile } from '../files/read-record-file.ts';
import { type EcgPaperOptions, ecgPaper } from '../plot/ecg-paper.ts';
import { SECONDS_ON_PAPER } from '../plot/layout.ts';
import { show, type Terminal, warn } from '../terminal/terminal.ts';
import { openCodec, RECORD } from './options.ts';
import { type EcgOptions, ecgOptions, readEcg } from './read-ecg.ts';

interface PlotOptions extends EcgOptions {
  out?: string;
  reconstruction?: boolean;
}

/** `heartllm plot RECORD` */
export function plotCommand(program: Command, terminal: Terminal): void {
  ecgOptions(program.command('plot'))
    .description('draw a record on ECG paper: SVG in scale, 25 mm/s and 10 mm/mV')
    .argument('<record>', RECORD)
    .option('--out <file>', 'SVG file to write (default: RECORD.svg in this folder)')
    .option('--reconstruction', "draw the model's reconstruction over it and its codes under it")
    .action(async (path: string, options: PlotOptions) => {
      const {
        ecg: beginning,
        record,
        duration,
      } = await readRecordFile(path, { seconds: SECONDS_ON_PAPER, fs: options.fs });
      const overlay: EcgPaperOptions = { seconds: duration };
      let ecg = beginning;
      if (options.reconstruction) {
        const model = await openCodec(options);
        ({ ecg } = await readEcg(path, model, options));
        const { signal, codes, warnings } = await model.reconstruct(ecg);
        warn(terminal, [...ecg.meta.warnings, ...warnings]);
        Object.assign(overlay, { overlay: signal, codes, levels: model.tokenizer.config.levels });
      } else {
        warn(terminal, ecg.meta.warnings);
      }
      const file = options.out ?? `${ecg.name}.svg`;
      await writeFileAtomic(file, ecgPaper(ecg, overlay));
      show(terminal, options, { record, file }, [`${record}: drawn in ${file}`]);
    });
}
