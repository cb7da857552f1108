import { mkdir } from 'node:fs/promises';
import { basename, dirname, resolve } from 'node:path';
import { Generator } from '@heartllm/backend';
import type { PtbXlRow } from '@heartllm/ecg-datasets';
import { readRecord, type Source } from '@heartllm/ecg-io';
import { folderSource } from '@heartllm/ecg-io/node';
import type { Llama } from '@heartllm/lora-llm';
import {
  type FinetuneRecipe,
  finetuneTask,
  type LlmRecipe,
  type NewLlmRecipe,
  type PretrainRecipe,
  pretrainTask,
  type TrainableSet,
  train,
} from '@heartllm/training';
import type { EcgVocabulary } from '@heartllm/vocab-bridge';
import { writeLanguageFolder } from '../files/language-folder.ts';
import { checkReplaceable } from '../files/write-folder.ts';
import { LanguageModel } from '../language-model.ts';
import { HeartLlm } from '../pipeline.ts';
import { progress } from '../terminal/progress.ts';
import type { Terminal } from '../terminal/terminal.ts';
import { loadBase, resetText } from './base-language-model.ts';
import { follow, type TrainingSummary } from './follow.ts';
import { type LanguageData, languageData } from './language-data.ts';
import { newLanguageModel } from './new-language-model.ts';
import { openRecordings, type PtbXlRecordings } from './ptbxl-recordings.ts';
import { checkpointPath, hasCheckpoint, runCheckpoint, runSettings } from './run-checkpoint.ts';
import { RunLog } from './run-log.ts';
import type { RunPlace } from './run-place.ts';
import { turned } from './views.ts';

/** Stage 2 or 3 on PTB-XL. */
export interface LanguageRun extends RunPlace {
  stage: 'pretrain' | 'finetune';
  recipe: PretrainRecipe | FinetuneRecipe;
  /** Model folder to go on from. */
  model: string;
  /** What a language model is like that is made where `model` holds none. */
  llm: LlmRecipe;
  /**
   * Folder of a Hugging Face Llama: where `model` holds no language model, the one to begin with; otherwise stage 3 gives
   * the words of text its rows back.
   */
  base?: string;
}

/** What came of it. */
export interface LanguageResult extends TrainingSummary {
  checkpoint: string;
  /** Every event as a line of JSON. */
  log: string;
}

/** Where the published LoRA is. */
const PROJECTIONS = ['q_proj', 'k_proj', 'v_proj', 'o_proj', 'gate_proj', 'up_proj', 'down_proj'];

/**
 * Trains the language model of a model folder and writes the whole as a new one: as it is after the best validation, without
 * validation after the last step. The checkpoint lies beside it as `OUT.checkpoint.safetensors`, the log as
 * `OUT.log.jsonl`.
 */
export async function trainLanguage(run: LanguageRun, terminal: Terminal): Promise<LanguageResult> {
  const { stage, recipe } = run;
  const { seed, perRecord } = recipe;
  const resume = run.resume && (await hasCheckpoint(run.out));
  await checkReplaceable(run.out, run.force || resume); // before hours of work, not after
  const source = folderSource(run.model);
  const model = await HeartLlm.load(source);
  if (!model.manifest.contents.llm && !run.base && 'base' in run.llm) {
    throw new Error(`the recipe begins with ${run.llm.base}, whose folder is not given: --llm DIR`);
  }
  const recordings = await openRecordings(run.data);
  const rows = [...recordings.train, ...(recipe.validate > 0 ? recordings.validation : [])];
  const codes = await tokenizeAll(model, rows, recordings, terminal);
  for (let view = 1; view < recipe.views; view++) {
    const more = await tokenizeAll(model, recordings.train, recordings, terminal, `${seed}/view/${view}`);
    for (const [ecg, views] of more) codes.get(ecg)!.push(...views);
  }
  const dataOf = (part: PtbXlRow[], name: string) =>
    languageData(part, recordings.statements, codes, {
      perRecord,
      seed: `${seed}/${name}`,
      ...('reports' in recipe && { reports: recipe.reports }),
    });
  const learn = dataOf(recordings.train, 'questions');
  const held = dataOf(recipe.validate > 0 ? recordings.validation : [], 'validation');
  const { llama, vocabulary } = await initialModel(run, model, source, learn);
  const trainable: TrainableSet = recipe.train === 'all' ? 'all' : stage;
  const common = { ...recipe, llama, vocabulary, trainable };
  const generator = new Generator(`${seed}/mix`);
  const settings = runSettings(recipe, {
    stage,
    ...(!model.manifest.contents.llm && !run.base && { llm: JSON.stringify(run.llm) }),
    base: run.base && basename(resolve(run.base)),
    recordings: recordings.train.length,
  });
  const options = {
    ...recipe,
    validateEvery: recipe.every,
    checkpoint: runCheckpoint(run.out, recipe.every, resume, settings),
    signal: run.signal,
  };
  let events: ReturnType<typeof train>;
  let judged: boolean;
  if (stage === 'pretrain') {
    const codesOf = (some: PtbXlRow[]) => some.flatMap((row) => codes.get(row.ecgId)!);
    const validation = codesOf(recordings.validation.slice(0, recipe.validate));
    const each = 'interviews' in recipe ? recipe.interviews : 0;
    const interviews = each > 0 && {
      each,
      examples: learn.interviews,
      validation: generator.shuffle(held.interviews).slice(0, recipe.validate),
    };
    judged = validation.length > 0;
    events = train(
      pretrainTask({ ...common, interviews: interviews || undefined, ecgs: codesOf(recordings.train), validation }),
      options,
    );
  } else {
    const validation = generator.shuffle([...held.questions, ...held.reports]).slice(0, recipe.validate);
    const examples = generator.shuffle([...learn.questions, ...learn.reports]);
    judged = validation.length > 0;
    events = train(finetuneTask({ ...common, examples, validation }), options);
  }
  // stage 2 trains the embeddings, which are the base's own
  const untouched = model.manifest.contents.llm !== undefined && trainable === 'finetune' && !run.base;
  const save = async (steps: number) => {
    const manifest = {
      ...model.manifest,
      name: basename(resolve(run.out)),
      training: `${model.manifest.training} ${about(run, steps, recordings.train.length)}`,
    };
    await writeLanguageFolder(run.out, true, run.model, manifest, llama, vocabulary, untouched);
  };
  await mkdir(dirname(resolve(run.out)), { recursive: true });
  const log = new RunLog(run.out);
  const summary = await follow(terminal, `training, ${run.stage}`, events, log, save);
  if (!judged && summary.reason !== 'stopped') await save(summary.steps);
  llama.dispose();
  await model.dispose();
  return { ...summary, checkpoint: checkpointPath(run.out), log: log.path };
}

/** The model folder's language model, or the base's, or a new one; with the LoRA that is to learn. */
async function initialModel(
  { stage, recipe, llm, base }: LanguageRun,
  { manifest, tokenizer }: HeartLlm,
  source: Source,
  learn: LanguageData,
): Promise<{ llama: Llama; vocabulary: EcgVocabulary }> {
  const codes = tokenizer.fsq.codebookSize;
  const { seed, loraR: r, loraAlpha, loraDropout } = recipe;
  const { llama, vocabulary } = manifest.contents.llm
    ? await LanguageModel.load(source, manifest, codes)
    : base
      ? await loadBase(base, codes, seed)
      : newLanguageModel(learn, codes, seed, llm as NewLlmRecipe);
  if (stage === 'finetune' && base) await resetText(llama, vocabulary, base);
  if (recipe.train === 'lora' && !llama.lora) {
    llama.addLora({ r, loraAlpha, loraDropout, targetModules: PROJECTIONS }, seed);
  }
  llama.baseName ??= 'llm';
  return { llama, vocabulary };
}

/**
 * Codes of each ECG, a list of one.
 *
 * @param turnedBy seed by which the recordings are turned round before; without it they are taken as they are
 */
async function tokenizeAll(
  model: HeartLlm,
  rows: PtbXlRow[],
  { source }: PtbXlRecordings,
  terminal: Terminal,
  turnedBy?: string,
): Promise<Map<number, Int32Array[]>> {
  async function* records() {
    const generator = turnedBy === undefined ? undefined : new Generator(turnedBy);
    for (const row of rows) {
      const record = await readRecord(source, row.filename500);
      yield generator ? turned(record, generator) : record;
    }
  }
  const codes = new Map<number, Int32Array[]>();
  const bar = progress(terminal, 'tokenizing', rows.length);
  try {
    for await (const result of model.tokenizer.encodeEach(records())) {
      if ('error' in result) throw result.error;
      codes.set(rows[result.index].ecgId, [result.codes]);
      bar.update(codes.size);
    }
  } finally {
    bar.stop();
  }
  return codes;
}

function about({ stage, recipe }: LanguageRun, steps: number, recordings: number): string {
  const what = recipe.train === 'all' ? 'all weights' : `LoRA of rank ${recipe.loraR} and norms`;
  const task = stage === 'pretrain' ? 'forecasting ECG codes' : 'questions and reports';
  return `Then ${steps} steps of ${task} with ${what} on ${recordings} recordings, batches of ${recipe.batchSize}, Adam ${recipe.lr}, seed ${recipe.seed}.`;
}
