import type { Command } from 'commander';
import { inOutputFolder } from '../files/output-folder.ts';
import type { Part } from '../import/import-part.ts';
import type { ImportedTokenizer } from '../import/import-tokenizer.ts';
import { type CommonOptions, perform, type Rendered, type Shell } from '../terminal/terminal.ts';
import { commonOptions } from './options.ts';

interface ImportOptions extends CommonOptions {
  out: string;
  force?: boolean;
}

const PARTS: Record<Part, string> = {
  llm: "import a Llama in Hugging Face's layout, its vocabulary extended by the ECG codes",
  adapter: 'import a PEFT adapter for the Llama that is there',
};

/** `heartllm import tokenizer FILE`, `heartllm import llm FOLDER` and `heartllm import adapter FOLDER`, each with `--out DIR` */
export function importCommand(program: Command, shell: Shell): void {
  const parent = program.command('import').description('make a model folder of published weights');
  commonOptions(parent.command('tokenizer'))
    .description("import an ECG tokenizer: the published training's best.pt, or .safetensors with the same names")
    .argument('<file>', 'checkpoint; the encoder alone is enough')
    .requiredOption('--out <dir>', 'model folder to make')
    .option('--force', 'replace an existing model folder with everything in it')
    .action((file: string, options: ImportOptions) =>
      perform(shell, options, () => runImportTokenizer(file, options, shell), renderTokenizer(options.out)),
    );
  for (const part of ['llm', 'adapter'] as const) {
    commonOptions(parent.command(part))
      .description(PARTS[part])
      .argument('<folder>', 'folder with the config and the safetensors')
      .requiredOption('--out <dir>', 'model folder that has an ECG tokenizer already')
      .option('--force', 'replace the one that is there')
      .action((folder: string, options: ImportOptions) =>
        perform(shell, options, () => runImportPart(part, folder, options, shell), renderPart(part, options.out)),
      );
  }
}

async function runImportTokenizer(
  file: string,
  { out, force: replace = false }: ImportOptions,
  shell: Shell,
): Promise<ImportedTokenizer> {
  const { importTokenizer } = await import('../import/import-tokenizer.ts');
  return shell.interrupt.finish((signal) => inOutputFolder(out, () => importTokenizer(file, out, { replace, signal })));
}

function renderTokenizer(out: string) {
  return ({ tensors, parameters, config }: ImportedTokenizer): Rendered => {
    const { encoder, decoder, levels } = config;
    const codes = levels.reduce((product, level) => product * level, 1);
    return {
      fields: { out, tensors, parameters, config },
      lines: [
        `${out}: ${tensors} tensors, ${parameters} parameters`,
        `encoder of ${encoder.channels} channels per lead ('${encoder.variant}' variant${encoder.causal ? ', causal' : ''}), ${codes} codes, ` +
          (decoder ? `decoder of ${decoder.channels} channels` : 'no decoder'),
      ],
    };
  };
}

async function runImportPart(
  part: Part,
  folder: string,
  { out, force: replace = false }: ImportOptions,
  shell: Shell,
): Promise<{ files: string[]; tensors: number }> {
  const { importPart } = await import('../import/import-part.ts');
  return shell.interrupt.finish((signal) =>
    inOutputFolder(out, () => importPart(part, folder, out, { replace, signal })),
  );
}

function renderPart(part: Part, out: string) {
  return ({ files, tensors }: { files: string[]; tensors: number }): Rendered => ({
    fields: { out, part, files, tensors },
    lines: [`${out}: ${part} of ${tensors} tensors, ${files.join(', ')}`],
  });
}
