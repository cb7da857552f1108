import type { TokenizerConfig } from '@heartllm/lead-encoder/config';
import { type Command, InvalidArgumentError } from 'commander';
import { inOutputFolder } from '../files/output-folder.ts';
import type { ImportedCheckpoint } from '../import/import-checkpoint.ts';
import type { Part } from '../import/import-part.ts';
import type { ImportedTokenizer } from '../import/import-tokenizer.ts';
import { type CommonOptions, perform, type Rendered, type Shell } from '../terminal/terminal.ts';
import { commonOptions } from './options.ts';

interface ImportOptions extends CommonOptions {
  out: string;
  force?: boolean;
  prefix?: string;
}

interface CheckpointOptions extends ImportOptions {
  llm: string;
  loraAlpha: number;
}

const PREFIX = "what the model's names begin with, of a checkpoint that holds several, such as ema";
const FORCE = 'replace an existing model folder with everything in it';

const PARTS: Record<Part, string> = {
  llm: "import a Llama in Hugging Face's layout, its vocabulary extended by the ECG codes",
  adapter: 'import a PEFT adapter for the Llama that is there',
};

/** `heartllm import tokenizer FILE`, `import checkpoint FILE`, `import llm FOLDER` and `import adapter FOLDER`, each with `--out DIR` */
export function importCommand(program: Command, shell: Shell): void {
  const parent = program.command('import').description('make a model folder of published weights');
  commonOptions(parent.command('tokenizer'))
    .description("import an ECG tokenizer: the published training's best.pt, or .safetensors with the same names")
    .argument('<file>', 'checkpoint; the encoder alone is enough')
    .requiredOption('--out <dir>', 'model folder to make')
    .option('--prefix <name>', PREFIX)
    .option('--force', FORCE)
    .action((file: string, options: ImportOptions) =>
      perform(shell, options, () => runImportTokenizer(file, options, shell), renderTokenizer(options.out)),
    );
  commonOptions(parent.command('checkpoint'))
    .description('import what the published finetuning saves, checkpoint_epochN.pth: ECG tokenizer, Llama and LoRA')
    .argument('<file>', 'checkpoint, not quantized')
    .requiredOption(
      '--llm <folder>',
      "the base model's folder, for config.json and tokenizer.json, which no checkpoint holds",
    )
    .requiredOption('--out <dir>', 'model folder to make')
    .option('--lora-alpha <number>', "LoRA's alpha, which no checkpoint tells", positive, 16)
    .option('--prefix <name>', PREFIX)
    .option('--force', FORCE)
    .action((file: string, options: CheckpointOptions) =>
      perform(shell, options, () => runImportCheckpoint(file, options, shell), renderCheckpoint(options.out)),
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
  { out, force: replace = false, prefix }: ImportOptions,
  shell: Shell,
): Promise<ImportedTokenizer> {
  const { importTokenizer } = await import('../import/import-tokenizer.ts');
  return shell.interrupt.finish((signal) =>
    inOutputFolder(out, () => importTokenizer(file, out, { replace, signal, prefix })),
  );
}

async function runImportCheckpoint(
  file: string,
  { out, force: replace = false, prefix, llm, loraAlpha }: CheckpointOptions,
  shell: Shell,
): Promise<ImportedCheckpoint> {
  const { importCheckpoint } = await import('../import/import-checkpoint.ts');
  return shell.interrupt.finish((signal) =>
    inOutputFolder(out, () => importCheckpoint(file, out, { replace, signal, prefix, llm, loraAlpha })),
  );
}

function renderTokenizer(out: string) {
  return ({ tensors, parameters, config, leftOut }: ImportedTokenizer): Rendered => ({
    fields: { out, tensors, parameters, config, leftOut },
    lines: [`${out}: ${tensors} tensors, ${parameters} parameters`, describeNetwork(config), ...describeRest(leftOut)],
  });
}

function renderCheckpoint(out: string) {
  return ({ tokenizer, llm, adapter, leftOut }: ImportedCheckpoint): Rendered => ({
    fields: { out, tokenizer, llm, adapter: adapter ?? null, leftOut },
    lines: [
      `${out}: ECG tokenizer of ${tokenizer.tensors} tensors, ${tokenizer.parameters} parameters`,
      describeNetwork(tokenizer.config),
      `llm of ${llm.tensors} tensors, ${llm.vocabulary} words`,
      adapter
        ? `adapter of ${adapter.tensors} tensors, LoRA of r ${adapter.r}; alpha ${adapter.alpha} is not from the file`
        : 'no adapter',
      ...describeRest(leftOut),
    ],
  });
}

function describeNetwork({ encoder, decoder, levels }: TokenizerConfig): string {
  const codes = levels.reduce((product, level) => product * level, 1);
  const variant = `'${encoder.variant}' variant${encoder.causal ? ', causal' : ''}`;
  return `encoder of ${encoder.channels} channels per lead (${variant}), ${codes} codes, ${decoder ? `decoder of ${decoder.channels} channels` : 'no decoder'}`;
}

function describeRest(leftOut: string[]): string[] {
  return leftOut.length ? [`left out: ${leftOut.join(', ')}`] : [];
}

function positive(text: string): number {
  const value = Number(text);
  if (!(value > 0 && Number.isFinite(value))) throw new InvalidArgumentError('It must be a number above 0.');
  return value;
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
