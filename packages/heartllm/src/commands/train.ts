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
import { inOutputFolder } from '../files/output-folder.ts';
import { perform, type Rendered, type Shell } from '../terminal/terminal.ts';
import type { TrainingSummary } from '../training/follow.ts';
import type { RunPlace } from '../training/run-place.ts';
import type { WholeResult } from '../training/train-all.ts';
import type { LanguageResult, LanguageStage } from '../training/train-language.ts';
import type { TokenizerResult } from '../training/train-tokenizer.ts';
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

interface LanguageOptions extends TrainOptions {
  model: string;
}

/** `heartllm train` */
export function trainCommand(program: Command, shell: Shell): void {
  const parent = program.command('train').description('train a model');
  const tokenizer = stageCommand(
    parent,
    'tokenizer',
    'stage 1: learn to turn ECGs into codes and back',
    'folder of any data set of recordings that `heartllm data check` knows',
  );
  settingOptions(tokenizer, tokenizerSettings).action((options: TrainOptions) =>
    perform(shell, options, () => runTokenizer(options, shell), renderStage),
  );
  languageCommand(parent, shell, 'pretrain', 'stage 2: learn to forecast ECG codes');
  languageCommand(parent, shell, 'finetune', 'stage 3: learn to answer questions and to write reports');
  baseOption(stageCommand(parent, 'all', 'all stages of a recipe, from raw recordings to a model folder')).action(
    (options: TrainOptions) => perform(shell, options, () => runAll(options, shell), renderAll),
  );
}

/** `heartllm train pretrain` and `heartllm train finetune` */
function languageCommand(parent: Command, shell: Shell, stage: LanguageStage['stage'], description: string): void {
  const settings = stage === 'pretrain' ? pretrainSettings : finetuneSettings;
  const command = stageCommand(parent, stage, description).requiredOption(
    '--model <dir>',
    'model folder to go on from; without a language model in it that of --llm, or a small new one',
  );
  settingOptions(baseOption(command), settings).action((options: LanguageOptions) =>
    perform(shell, options, () => runLanguage(stage, options, shell), renderStage),
  );
}

/** What a run has made, and where. */
interface Trained<R> {
  result: R;
  out: string;
  backend: BackendInfo;
  /** Why it was stopped, if it was. */
  signal: AbortSignal;
}

async function runTokenizer(options: TrainOptions, shell: Shell): Promise<Trained<TokenizerResult>> {
  const { trainTokenizer } = await import('../training/train-tokenizer.ts');
  const recipe = settingsOf(await recipeOf(options), options, 'tokenizer', tokenizerSettings);
  return train(options, shell, (place) => trainTokenizer({ ...place, recipe }, shell));
}

async function runLanguage(
  stage: LanguageStage['stage'],
  options: LanguageOptions,
  shell: Shell,
): Promise<Trained<LanguageResult>> {
  const { trainLanguage } = await import('../training/train-language.ts');
  const whole = await recipeOf(options);
  const staged: LanguageStage =
    stage === 'pretrain'
      ? { stage, recipe: settingsOf(whole, options, stage, pretrainSettings) }
      : { stage, recipe: settingsOf(whole, options, stage, finetuneSettings) };
  const llm = whole?.llm ?? readSettings(llmSettings, {}, 'llm');
  const { model, llm: base } = options;
  return train(options, shell, (place) => trainLanguage({ ...place, ...staged, llm, model, base }, shell));
}

async function runAll(options: TrainOptions, shell: Shell): Promise<Trained<WholeResult & { recipe: string }>> {
  const { trainAll } = await import('../training/train-all.ts');
  const recipe = await recipeOf(options);
  if (!recipe) throw new RecipeError('train all needs a recipe: --recipe nano, heartllm-3b or FILE.json');
  return train(options, shell, async (place) => ({
    ...(await trainAll({ ...place, recipe, base: options.llm }, shell)),
    recipe: recipe.name,
  }));
}

/** Starts the backend and runs; a signal ends the run after its step, with a checkpoint. */
async function train<R>(
  options: TrainOptions,
  { interrupt }: Shell,
  run: (place: RunPlace) => Promise<R>,
): Promise<Trained<R>> {
  const { useBackend } = await import('@heartllm/backend');
  const backend = await useBackend(options.backend);
  const { data, out, force = false, resume = false } = options;
  const { signal } = interrupt;
  const work = () => inOutputFolder(out, () => run({ data, out, force, resume, signal }));
  return { result: await interrupt.finish(work), out, backend, signal };
}

/** Stages 2 and 3 learn from labels. */
const PTB_XL = "PTB-XL's folder, or a part of it: tables and records500/";

function stageCommand(parent: Command, name: string, description: string, data = PTB_XL): Command {
  return commonOptions(parent.command(name))
    .description(description)
    .option('--recipe <name>', 'where settings come from that are not given: nano, heartllm-3b or FILE.json')
    .requiredOption('--data <dir>', data)
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

function renderStage({ result, out, backend, signal }: Trained<TokenizerResult | LanguageResult>): Rendered {
  const { reason, loss, checkpoint } = result;
  const measured = `${'train' in result ? `${result.train} recordings, ` : ''}loss ${loss.toFixed(4)}`;
  return {
    fields: { out, ...result, backend },
    lines: [
      describeRun(result, backend),
      `${measured}${validated(result)}`,
      reason === 'stopped' ? `--resume continues from ${checkpoint}` : `model in ${out}`,
    ],
    failure: reason === 'stopped' ? stopped(out, signal) : undefined,
  };
}

function renderAll({ result, out, backend, signal }: Trained<WholeResult & { recipe: string }>): Rendered {
  const stages = Object.entries(result.stages);
  return {
    fields: { out, ...result, backend },
    lines: [
      ...stages.map(([stage, summary]) => `${stage}: ${describeRun(summary, backend)}${validated(summary)}`),
      ...(stages.length === 0 ? ['all stages were finished before'] : []),
      result.reason === 'stopped' ? '--resume continues' : `model in ${out}`,
    ],
    failure: result.reason === 'stopped' ? stopped(out, signal) : undefined,
  };
}

function stopped(out: string, signal: AbortSignal): Error {
  return new Error(`${out}: training was stopped; the same command with --resume continues`, { cause: signal.reason });
}

function describeRun(summary: TrainingSummary, backend: BackendInfo): string {
  const { reason, steps, stepsNow, totalSteps, seconds } = summary;
  if (stepsNow === 0 && reason !== 'stopped')
    return `${reason} before, after ${steps} of ${totalSteps} steps; nothing is left to do`;
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
