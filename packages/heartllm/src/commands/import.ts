import type { Command } from 'commander';
import { type CommonOptions, show, type Terminal } from '../terminal/terminal.ts';
import { commonOptions } from './options.ts';

interface ImportOptions extends CommonOptions {
  out: string;
  force?: boolean;
}

/** `heartllm import tokenizer FILE`, `heartllm import llm FOLDER` and `heartllm import adapter FOLDER`, each with `--out DIR` */
export function importCommand(program: Command, terminal: Terminal): void {
  const parent = program.command('import').description('make a model folder of published weights');
  commonOptions(parent.command('tokenizer'))
    .description("import an ECG tokenizer: the published training's best.pt, or .safetensors with the same names")
    .argument('<file>', 'checkpoint; the encoder alone is enough')
    .requiredOption('--out <dir>', 'model folder to make')
    .option('--force', 'replace an existing model folder with everything in it')
    .action(async (file: string, options: ImportOptions) => {
      const { importTokenizer } = await import('../import/import-tokenizer.ts');
      const { tensors, parameters, config } = await importTokenizer(file, options.out, options.force ?? false);
      const { encoder, decoder, levels } = config;
      const codes = levels.reduce((product, level) => product * level, 1);
      show(terminal, options, { out: options.out, tensors, parameters, config }, [
        `${options.out}: ${tensors} tensors, ${parameters} parameters`,
        `encoder of ${encoder.channels} channels per lead ('${encoder.variant}' variant${encoder.causal ? ', causal' : ''}), ${codes} codes, ` +
          (decoder ? `decoder of ${decoder.channels} channels` : 'no decoder'),
      ]);
    });
  const parts = {
    llm: "import a Llama in Hugging Face's layout, its vocabulary extended by the ECG codes",
    adapter: 'import a PEFT adapter for the Llama that is there',
  };
  for (const part of ['llm', 'adapter'] as const) {
    commonOptions(parent.command(part))
      .description(parts[part])
      .argument('<folder>', 'folder with the config and the safetensors')
      .requiredOption('--out <dir>', 'model folder that has an ECG tokenizer already')
      .option('--force', 'replace the one that is there')
      .action(async (folder: string, options: ImportOptions) => {
        const { importPart } = await import('../import/import-part.ts');
        const { files, tensors } = await importPart(part, folder, options.out, options.force ?? false);
        show(terminal, options, { out: options.out, part, files, tensors }, [
          `${options.out}: ${part} of ${tensors} tensors, ${files.join(', ')}`,
        ]);
      });
  }
}
