import type { Command } from 'commander';
import { type CommonOptions, show, type Terminal } from '../terminal/terminal.ts';
import { commonOptions } from './options.ts';

interface ImportOptions extends CommonOptions {
  out: string;
  force?: boolean;
}

/** `heartllm import tokenizer FILE --out DIR` */
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
        `encoder of ${encoder.channels} channels per lead ('${encoder.variant}' variant), ${codes} codes, ` +
          (decoder ? `decoder of ${decoder.channels} channels` : 'no decoder'),
      ]);
    });
}
