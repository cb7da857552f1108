import type { BackendInfo } from '@heartllm/backend';
import {
  finetuneSettings,
  llmSettings,
  pretrainSettings,
  type Recipe,
  RecipeError,
  readSettings,
  type Settings,
  tokenizerSettings,
  type ValuesOf,
} from '@heartllm/training/recipe';
import type { Command } from 'commander';
import { show, type Terminal } from '../terminal/terminal.ts';
import type { TrainingSummary } from '../training/follow.ts';
import type { RunPlace } from '../training/run-place.ts';
import type { LanguageStage } from '../training/train-language.ts';
import { backendOption, commonOptions, describeBackend, type ModelOptions } from './options.ts';
import { givenSettings, settingOptions } from './setting-options.ts';

interface TrainOptions extends ModelOptions {
  recipe?: string;
  data: string;
  out: string;
  force?: boolean;
  resume?: boolean;
  llm?: string;
}

/** `heartllm train` */
export function trainCommand(program: Command, terminal: Terminal): void {
  const parent = program.command('train').description('train a model on PTB-XL');
  const tokenizer = stageCommand(parent, 'tokenizer', 'stage 1: learn to turn ECGs into codes and back');
  settingOptions(tokenizer, tokenizerSettings).action(async (options: TrainOptions) => {
    const { trainTokenizer } = await import('../training/train-tokenizer.ts');
    const recipe = settingsOf(await recipeOf(options), options, 'tokenizer', tokenizerSettings);
    const { backend, place } = await begin(options);
    const result = await trainTokenizer({ ...place, recipe }, terminal);
    showStage(terminal, options, result, backend, [`${result.train} recordings, loss ${result.loss.toFixed(4)}`]);
  });
  languageCommand(parent, terminal, 'pretrain', 'stage 2: learn to forecast ECG codes');
  languageCommand(parent, terminal, 'finetune', 'stage 3: learn to answer questions and to write reports');
  allCommand(parent, terminal);
}

/** `heartllm train pretrain` and `heartllm train finetune` */
function languageCommand(
  parent: Command,
  terminal: Terminal,
  stage: LanguageStage['stage'],
  description: string,
): void {
  const settings = stage === 'pretrain' ? pretrainSettings : finetuneSettings;
  const command = stageCommand(parent, stage, description).requiredOption(
    '--model <dir>',
    'model folder to go on from; without a language model in it that of --llm, or a small new one',
  );
  settingOptions(baseOption(command), settings).action(async (options: TrainOptions & { model: string }) => {
    const { trainLanguage } = await import('../training/train-language.ts');
    const whole = await recipeOf(options);
    const staged: LanguageStage =
      stage === 'pretrain'
        ? { stage, recipe: settingsOf(whole, options, stage, pretrainSettings) }
        : { stage, recipe: settingsOf(whole, options, stage, finetuneSettings) };
    const llm = whole?.llm ?? readSettings(llmSettings, {}, 'llm');
    const { backend, place } = await begin(options);
    const run = { ...place, ...staged, llm, model: options.model, base: options.llm };
    const result = await trainLanguage(run, terminal);
    showStage(terminal, options, result, backend, [`loss ${result.loss.toFixed(4)}`]);
  });
}

/** `heartllm train all` */
function allCommand(parent: Command, terminal: Terminal): void {
  const description = 'all stages of a recipe, from raw recordings to a model folder';
  baseOption(stageCommand(parent, 'all', description)).action(async (options: TrainOptions) => {
    const { trainAll } = await import('../training/train-all.ts');
    const recipe = await recipeOf(options);
    if (!recipe) throw new RecipeError('train all needs a recipe: --recipe nano, heartllm-3b or FILE.json');
    const { backend, place } = await begin(options);
    const result = await trainAll({ ...place, recipe, base: options.llm }, terminal);
    const stages = Object.entries(result.stages);
    show(terminal, options, { out: options.out, recipe: recipe.name, ...result, backend }, [
      ...stages.map(([stage, summary]) => `${stage}: ${describeRun(summary, backend)}${validated(summary)}`),
      result.reason === 'stopped' ? '--resume goes on' : `model in ${options.out}`,
    ]);
  });
}

function stageCommand(parent: Command, name: string, description: string): Command {
  return commonOptions(parent.command(name))
    .description(description)
    .option('--recipe <name>', 'where settings come from that are not given: nano, heartllm-3b or FILE.json')
    .requiredOption('--data <dir>', "PTB-XL's folder, or a part of it: tables and records500/")
    .requiredOption('--out <dir>', 'model folder to write; checkpoint and log go beside it')
    .option('--force', 'replace an existing model folder with everything in it')
    .option('--resume', 'go on from the checkpoint, if there is one')
    .addOption(backendOption());
}

function baseOption(command: Command): Command {
  return command.option(
    '--llm <dir>',
    'an ordinary Hugging Face Llama to begin with; in stage 3 also: the words of text get its rows back',
  );
}

async function recipeOf({ recipe }: TrainOptions): Promise<Recipe | undefined> {
  if (recipe === undefined) return undefined;
  const { findRecipe } = await import('../training/find-recipe.ts');
  return findRecipe(recipe);
}

/** A stage's settings: those on the command line, else the recipe's, else the published ones. */
function settingsOf<S extends Settings>(
  recipe: Recipe | undefined,
  options: TrainOptions,
  stage: 'tokenizer' | 'pretrain' | 'finetune',
  settings: S,
): ValuesOf<S> {
  if (recipe && !recipe[stage]) throw new RecipeError(`recipe ${recipe.name} has no ${stage}`);
  return readSettings(settings, { ...recipe?.[stage], ...givenSettings({ ...options }, settings) }, stage);
}

/** Starts the backend; the first Ctrl-C ends the run after its step, with a checkpoint, the second ends it at once. */
async function begin(options: TrainOptions): Promise<{ backend: BackendInfo; place: RunPlace }> {
  const { useBackend } = await import('@heartllm/backend');
  const backend = await useBackend(options.backend);
  const stop = new AbortController();
  process.once('SIGINT', () => stop.abort());
  const { data, out, force = false, resume = false } = options;
  return { backend, place: { data, out, force, resume, signal: stop.signal } };
}

function showStage(
  terminal: Terminal,
  options: TrainOptions,
  result: TrainingSummary & { checkpoint: string },
  backend: BackendInfo,
  lines: string[],
): void {
  show(terminal, options, { out: options.out, ...result, backend }, [
    describeRun(result, backend),
    ...lines.map((line) => `${line}${validated(result)}`),
    result.reason === 'stopped' ? `--resume goes on from ${result.checkpoint}` : `model in ${options.out}`,
  ]);
}

function describeRun({ reason, steps, totalSteps, seconds }: TrainingSummary, backend: BackendInfo): string {
  return `${reason} after ${steps} of ${totalSteps} steps, ${seconds.toFixed(0)} s on ${describeBackend(backend)}`;
}

/** What the last validation gave. */
function validated({ validations }: TrainingSummary): string {
  const last = validations.at(-1);
  if (!last) return '';
  const metrics = Object.entries(last.metrics).map(
    ([name, value]) => `${name} ${Number.isInteger(value) ? value : value.toPrecision(4)}`,
  );
  return `, validation: ${metrics.join(', ')}`;
}
