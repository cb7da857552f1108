import { type Command, Option } from 'commander';
import type { WeightDtype } from '../export/write-weights.ts';
import { show, type Terminal } from '../terminal/terminal.ts';
import { type ModelOptions, modelOptions } from './options.ts';

interface ExportCommandOptions extends ModelOptions {
  out: string;
  merge?: boolean;
  dtype?: WeightDtype;
  force?: boolean;
}

/** `heartllm export --out DIR` */
export function exportCommand(program: Command, terminal: Terminal): void {
  modelOptions(program.command('export'))
    .description('write a folder that transformers, peft and others open, with the lines that open it')
    .requiredOption('--out <dir>', 'folder to make')
    .option('--merge', 'one Llama with the LoRA in its weights, instead of a base and a PEFT adapter beside it')
    .addOption(
      new Option('--dtype <name>', 'store weights as (default: as they are; merged: float32)').choices([
        'float32',
        'float16',
      ]),
    )
    .option('--force', 'replace an existing model folder with everything in it')
    .action(async (options: ExportCommandOptions) => {
      const { out, model, dtype, merge = false, force: replace = false } = options;
      if (merge) await (await import('@heartllm/backend')).useBackend(options.backend);
      const { exportModel } = await import('../export/export-model.ts');
      const { name, files, parameters } = await exportModel(out, { model, merge, dtype, replace });
      const layout = merge ? 'merged' : 'parts';
      show(terminal, options, { out, model: name, layout, dtype: dtype ?? null, parameters, files }, [
        `${out}: ${name}, ${parameters} parameters, ${merge ? 'one Llama with the LoRA in its weights' : `${files.some((file) => file.startsWith('adapter/')) ? 'llm/ and adapter/' : 'llm/'}`}`,
        ...files.map((file) => `  ${file}`),
        `the Python lines that open it are in ${out}/README.md`,
      ]);
    });
}
