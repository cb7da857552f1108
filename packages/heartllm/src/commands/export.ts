import { type Command, Option } from 'commander';
import type { ExportedModel } from '../export/export-model.ts';
import type { WeightDtype } from '../export/write-weights.ts';
import { inOutputFolder, settleForReading } from '../files/output-folder.ts';
import { perform, type Rendered, type Shell } from '../terminal/terminal.ts';
import { type ModelOptions, modelOptions } from './options.ts';

interface ExportCommandOptions extends ModelOptions {
  out: string;
  merge?: boolean;
  dtype?: WeightDtype;
  force?: boolean;
}

/** `heartllm export --out DIR` */
export function exportCommand(program: Command, shell: Shell): void {
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
    .action((options: ExportCommandOptions) => perform(shell, options, () => runExport(options, shell), renderExport));
}

interface Exported extends ExportedModel {
  out: string;
  merge: boolean;
  dtype: WeightDtype | null;
}

async function runExport(options: ExportCommandOptions, { interrupt }: Shell): Promise<Exported> {
  const { out, model, dtype, merge = false, force: replace = false } = options;
  if (merge) await (await import('@heartllm/backend')).useBackend(options.backend);
  const { exportModel } = await import('../export/export-model.ts');
  if (model !== undefined) await settleForReading(model);
  const exported = await interrupt.finish((signal) =>
    inOutputFolder(out, () => exportModel(out, { model, merge, dtype, replace, signal })),
  );
  return { ...exported, out, merge, dtype: dtype ?? null };
}

function renderExport({ out, name, merge, dtype, parameters, files }: Exported): Rendered {
  const parts = files.some((file) => file.startsWith('adapter/')) ? 'llm/ and adapter/' : 'llm/';
  return {
    fields: { out, model: name, layout: merge ? 'merged' : 'parts', dtype, parameters, files },
    lines: [
      `${out}: ${name}, ${parameters} parameters, ${merge ? 'one Llama with the LoRA in its weights' : parts}`,
      ...files.map((file) => `  ${file}`),
      `the Python lines that open it are in ${out}/README.md`,
    ],
  };
}
