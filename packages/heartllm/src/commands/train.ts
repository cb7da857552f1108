import { type Command, InvalidArgumentError, Option } from 'commander';
import { show, type Terminal } from '../terminal/terminal.ts';
import type { LanguageRun } from '../training/train-language.ts';
import { backendOption, commonOptions, describeBackend, type ModelOptions, whole } from './options.ts';

interface TokenizerOptions extends ModelOptions {
  data: string;
  out: string;
  force?: boolean;
  resume?: boolean;
  decoderChannels: number;
  causal?: boolean;
  epochs: number;
  batchSize: number;
  lr: number;
  crop?: number;
  cosine?: boolean;
  seed: number;
  every: number;
  validate: number;
}

/** `heartllm train tokenizer` */
export function trainCommand(program: Command, terminal: Terminal): void {
  const parent = program.command('train').description('train a model on PTB-XL');
  commonOptions(parent.command('tokenizer'))
    .description('stage 1: learn to turn ECGs into codes and back')
    .requiredOption('--data <dir>', "PTB-XL's folder, or a part of it: tables and records500/")
    .requiredOption('--out <dir>', 'model folder to write; the checkpoint goes beside it')
    .option('--force', 'replace an existing model folder with everything in it')
    .option('--resume', 'go on from the checkpoint, if there is one')
    .option('--decoder-channels <n>', 'width of the decoder; the published one has 384', whole(4), 384)
    .option('--causal', 'an encoder whose codes depend on no later sample, for streaming')
    .option('--epochs <n>', 'passes over the recordings', whole(1), 5)
    .option('--batch-size <n>', 'recordings per step', whole(1), 200)
    .option('--lr <x>', 'learning rate of AdamW', positive, 2e-3)
    .option('--crop <samples>', 'train on random windows of so many samples, a multiple of 16', whole(16))
    .option('--cosine', 'let the learning rate fall to 0 along a half cosine')
    .option(
      '--spread <weight>',
      'of a loss that spreads the codes over the codebook, beside the reconstruction',
      positive,
    )
    .option('--seed <n>', 'of the weights and of the order of the data', whole(0), 0)
    .option('--every <steps>', 'validate and write a checkpoint so often', whole(1), 500)
    .option('--validate <n>', 'recordings of fold 9 to validate on, at most', whole(0), 64)
    .addOption(backendOption())
    .action(async (options: TokenizerOptions) => {
      const [{ useBackend }, { trainTokenizer }] = await Promise.all([
        import('@heartllm/backend'),
        import('../training/train-tokenizer.ts'),
      ]);
      const backend = await useBackend(options.backend);
      const stop = new AbortController();
      // the first Ctrl-C ends the run after its step, with a checkpoint; the second ends it at once
      process.once('SIGINT', () => stop.abort());
      const { force = false, resume = false, causal = false } = options;
      const result = await trainTokenizer(
        { ...options, cosine: options.cosine ?? false, causal, force, resume, signal: stop.signal },
        terminal,
      );
      const last = result.validations.at(-1);
      show(terminal, options, { out: options.out, ...result, backend }, [
        `${result.reason} after ${result.steps} of ${result.totalSteps} steps, ${result.seconds.toFixed(0)} s on ${describeBackend(backend)}`,
        `${result.train} recordings, loss ${result.loss.toFixed(4)}`,
        ...(last ? [`validation on ${result.validation}: ${metrics(last.metrics)}`] : []),
        result.reason === 'stopped' ? `--resume goes on from ${result.checkpoint}` : `model in ${options.out}`,
      ]);
    });
  languageCommand(parent, terminal, 'pretrain', 'stage 2: learn to forecast ECG codes', 4);
  languageCommand(parent, terminal, 'finetune', 'stage 3: learn to answer questions and to write reports', 10);
}

type LanguageOptions = ModelOptions &
  Omit<LanguageRun, 'stage' | 'signal' | 'force' | 'resume'> & { force?: boolean; resume?: boolean };

/** `heartllm train pretrain` and `heartllm train finetune` */
function languageCommand(
  parent: Command,
  terminal: Terminal,
  stage: LanguageRun['stage'],
  description: string,
  batchSize: number,
): void {
  commonOptions(parent.command(stage))
    .description(description)
    .requiredOption('--data <dir>', "PTB-XL's folder, or a part of it: tables and records500/")
    .requiredOption(
      '--model <dir>',
      'model folder to go on from; without a language model in it a small new one is made',
    )
    .requiredOption('--out <dir>', 'model folder to write')
    .option('--force', 'replace an existing model folder with everything in it')
    .option('--resume', 'go on from the checkpoint, if there is one')
    .addOption(new Option('--train <what>', 'LoRA and norms, or every weight').choices(['lora', 'all']).default('lora'))
    .option('--lora-r <n>', 'rank of a new LoRA', whole(1), 64)
    .option('--epochs <n>', 'passes over the data', whole(1), 1)
    .option('--max-steps <n>', 'end after so many steps', whole(1))
    .option('--batch-size <n>', 'examples (pretrain: ECGs) per step', whole(1), batchSize)
    .option('--lr <x>', 'learning rate of Adam', positive, 1e-4)
    .option('--warmup <steps>', 'raise the learning rate over so many steps, then let it fall along a cosine', whole(0))
    .option('--per-record <n>', 'questions per ECG, at most', whole(1), 8)
    .option('--every <steps>', 'validate and write a checkpoint so often', whole(1), 500)
    .option('--validate <n>', 'examples of fold 9 to validate on, at most', whole(0), 80)
    .option('--seed <n>', 'of weights, questions, order and dropout', whole(0), 0)
    .addOption(backendOption())
    .action(async (options: LanguageOptions) => {
      const [{ useBackend }, { trainLanguage }] = await Promise.all([
        import('@heartllm/backend'),
        import('../training/train-language.ts'),
      ]);
      const backend = await useBackend(options.backend);
      const stop = new AbortController();
      process.once('SIGINT', () => stop.abort());
      const { force = false, resume = false } = options;
      const result = await trainLanguage({ ...options, stage, force, resume, signal: stop.signal }, terminal);
      const last = result.validations.at(-1);
      show(terminal, options, { out: options.out, ...result, backend }, [
        `${result.reason} after ${result.steps} of ${result.totalSteps} steps, ${result.seconds.toFixed(0)} s on ${describeBackend(backend)}`,
        `loss ${result.loss.toFixed(4)}${last ? `, validation: ${metrics(last.metrics)}` : ''}`,
        result.reason === 'stopped' ? `--resume goes on from ${result.checkpoint}` : `model in ${options.out}`,
      ]);
    });
}

function metrics(values: Record<string, number>): string {
  return Object.entries(values)
    .map(([name, value]) => `${name} ${Number.isInteger(value) ? value : value.toPrecision(4)}`)
    .join(', ');
}

function positive(text: string): number {
  const value = Number(text);
  if (!(value > 0 && value < Number.POSITIVE_INFINITY)) throw new InvalidArgumentError('It must be a number above 0.');
  return value;
}
