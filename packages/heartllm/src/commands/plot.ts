import type { EcgRecord } from '@heartllm/ecg-io';
import { type EcgPaperOptions, ecgPaper, SECONDS_ON_PAPER } from '@heartllm/ecg-plot';
import type { Command } from 'commander';
import { checkWritable, writeOutput } from '../files/output-file.ts';
import { readRecordFile } from '../files/read-record-file.ts';
import { forPaper } from '../for-paper.ts';
import { perform, type Rendered, type Shell, warn } from '../terminal/terminal.ts';
import { openCodec, RECORD } from './options.ts';
import { type EcgOptions, ecgOptions, readEcg } from './read-ecg.ts';

interface PlotOptions extends EcgOptions {
  out?: string;
  reconstruction?: boolean;
}

/** `heartllm plot RECORD` */
export function plotCommand(program: Command, shell: Shell): void {
  ecgOptions(program.command('plot'))
    .description('draw a record on ECG paper: SVG in scale, 25 mm/s and 10 mm/mV')
    .argument('<record>', RECORD)
    .option('--out <file>', 'SVG file to write (default: RECORD.svg in this folder)')
    .option('--reconstruction', "draw the model's reconstruction over it and its codes under it")
    .action((path: string, options: PlotOptions) =>
      perform(shell, options, () => runPlot(path, options, shell), renderPlot),
    );
}

interface Plotted {
  record: string;
  file: string;
}

async function runPlot(path: string, options: PlotOptions, shell: Shell): Promise<Plotted> {
  if (options.out !== undefined) await checkWritable(options.out);
  const beginning = await readRecordFile(path, { ...options, seconds: SECONDS_ON_PAPER });
  const { record, duration } = beginning;
  const file = options.out ?? `${beginning.ecg.name}.svg`;
  const { ecg, overlay } = options.reconstruction
    ? await reconstructed(path, options, shell)
    : { ecg: beginning.ecg, overlay: {} };
  if (!options.reconstruction) warn(shell, ecg.meta.warnings);
  await writeOutput(file, ecgPaper(forPaper(ecg), { seconds: duration, ...overlay }), shell.interrupt);
  return { record, file };
}

async function reconstructed(
  path: string,
  options: PlotOptions,
  shell: Shell,
): Promise<{ ecg: EcgRecord; overlay: EcgPaperOptions }> {
  const model = await openCodec(options);
  const { ecg, tokenized } = await readEcg(path, model, options);
  const { signal, codes, warnings } = await model.reconstruct(ecg, tokenized);
  warn(shell, warnings);
  return { ecg, overlay: { overlay: signal, codes, levels: model.tokenizer.config.levels } };
}

function renderPlot({ record, file }: Plotted): Rendered {
  return { fields: { record, file }, lines: [`${record}: drawn in ${file}`] };
}
