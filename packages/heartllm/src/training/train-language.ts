import { basename, resolve } from 'node:path';
import { folderSource } from '@heartllm/ecg-io/node';
import { type FinetuneRecipe, type LlmRecipe, type PretrainRecipe, type TrainableSet, train } from '@heartllm/training';
import { finetuneSettings, pretrainSettings } from '@heartllm/training/recipe';
import { writeLanguageFolder } from '../files/language-folder.ts';
import { checkReplaceable } from '../files/write-folder.ts';
import { HeartLlm } from '../pipeline.ts';
import { type Terminal, warnOfSome } from '../terminal/terminal.ts';
import { cachedCodes, codesPath } from './cached-codes.ts';
import { follow, type TrainingSummary } from './follow.ts';
import { initialLanguageModel, isContinuous } from './initial-language-model.ts';
import { codesOf, dataOf, planFinetune, planPretrain } from './plan-language.ts';
import { openRecordings } from './ptbxl-recordings.ts';
import { ReportFile } from './report-file.ts';
import { checkpointPath, hasCheckpoint, runCheckpoint, runSettings } from './run-checkpoint.ts';
import { RunLog } from './run-log.ts';
import { type RunPlace, settleRun } from './run-place.ts';
import { viewsOf } from './tokenize-views.ts';

/** Stage 2 or 3 on PTB-XL. */
export type LanguageRun = LanguageStage & LanguagePlace;

export type LanguageStage =
  | { stage: 'pretrain'; recipe: PretrainRecipe }
  | { stage: 'finetune'; recipe: FinetuneRecipe };

interface LanguagePlace extends RunPlace {
  /** Model folder to go on from. */
  model: string;
  /** What a language model is like that is made where `model` holds none. */
  llm: LlmRecipe;
  /**
   * Folder of a Hugging Face Llama: where `model` holds no language model, the one to begin with; otherwise stage 3 gives
   * the words of text its rows back.
   */
  base?: string;
  /** File that keeps the recordings' codes; default `OUT.codes.safetensors`. */
  codes?: string;
}

/** What came of it. */
export interface LanguageResult extends TrainingSummary {
  checkpoint: string;
  /** Every event as a line of JSON. */
  log: string;
  /** Curves and examples as a page. */
  report: string;
}

const STAGES = {
  pretrain: { title: 'Stage 2: forecasting ECG codes', settings: pretrainSettings },
  finetune: { title: 'Stage 3: questions and reports', settings: finetuneSettings },
};

/**
 * Trains the language model of a model folder and writes the whole as a new one: as it is after the best validation, without
 * validation after the last step. The checkpoint lies beside it as `OUT.checkpoint.safetensors`, the log as
 * `OUT.log.jsonl`, the report as `OUT.report.html`.
 */
export async function trainLanguage(run: LanguageRun, terminal: Terminal): Promise<LanguageResult> {
  const { stage, recipe, out } = run;
  const resume = run.resume && (await hasCheckpoint(out));
  await checkReplaceable(out, run.force || resume); // before hours of work, not after
  await settleRun(out);
  const source = folderSource(run.model);
  const model = await HeartLlm.load(source);
  const { manifest, tokenizer } = model;
  if (!manifest.contents.llm && !run.base && 'base' in run.llm) {
    throw new Error(`the recipe begins with ${run.llm.base}, whose folder is not given: --llm DIR`);
  }
  const recordings = await openRecordings(run.data);
  const { statements, problems } = recordings;
  warnOfSome(terminal, problems);
  const held = recipe.validate > 0 ? recordings.validation : [];
  const wanted = [...viewsOf(recordings.train, recipe.views), ...viewsOf(held, 1)];
  const continuous = isContinuous(recipe) || manifest.contents.projector !== undefined;
  if (continuous && stage === 'pretrain') {
    throw new Error(`${run.model}: takes no codes, so that there are none to forecast; go on with stage 3`);
  }
  const cache = {
    continuous,
    data: run.data,
    path: run.codes ?? codesPath(out),
    seed: recipe.seed,
    signal: run.signal,
  };
  const views = await cachedCodes(model, wanted, cache, terminal);
  const [trained, validated] = [recordings.train, held].map((rows) => rows.filter(({ ecgId }) => views.has(ecgId)));
  if (trained.length === 0) throw new Error(`${run.data}: none of its recordings of folds 1 to 8 can be tokenized`);
  const data = {
    learn: dataOf(recipe, trained, statements, views, 'questions'),
    held: dataOf(recipe, validated, statements, views, 'validation'),
  };
  const language = await initialLanguageModel(run, model, source, data.learn);
  const { llama, vocabulary } = language;
  const trainable: TrainableSet = recipe.train === 'all' ? 'all' : stage;
  const common = { language, trainable };
  const { task, judged, examples } =
    run.stage === 'pretrain'
      ? planPretrain(run.recipe, common, data, {
          learn: codesOf(trained, views),
          held: codesOf(validated.slice(0, recipe.validate), views),
          levels: [...tokenizer.fsq.levels],
        })
      : planFinetune(run.recipe, common, data);
  const { title, settings: described } = STAGES[stage];
  const settings = runSettings(recipe, described, {
    stage,
    ...(!manifest.contents.llm && !run.base && { llm: JSON.stringify(run.llm) }),
    base: run.base && basename(resolve(run.base)),
    recordings: trained.length,
    tokenizer: (await model.tokenizerHashes()).weights, // with another one, codes mean something else
  });
  const events = train(task, {
    ...recipe,
    validateEvery: recipe.every,
    checkpoint: runCheckpoint(out, recipe.every, resume, settings),
    signal: run.signal,
  });

  // embeddings are the base's own
  const embeds = trainable !== 'finetune' || recipe.ecgEmbeddings === 'trained' || run.base !== undefined;
  const untouched = manifest.contents.llm !== undefined && !embeds;
  const name = basename(resolve(out));
  const save = async (steps: number) => {
    const training = `${manifest.training} ${about(run, steps, trained.length)}`;
    await writeLanguageFolder(out, true, run.model, { ...manifest, name, training }, llama, vocabulary, untouched);
  };
  const log = new RunLog(out);
  const facts: [string, string][] = [
    ['Recordings', `${trained.length} of folds 1 to 8`],
    ['Vocabulary', `${vocabulary.size} words, ${vocabulary.codes} of them ECG codes`],
  ];
  const frame = { name, stage: title, facts, recipe: { ...recipe }, settings: described };
  const report = new ReportFile(out, log, frame, examples);
  const summary = await follow(terminal, `training, ${stage}`, events, { log, report, onBest: save });
  if (!judged && summary.reason !== 'stopped') await save(summary.steps);
  llama.dispose();
  await model.dispose();
  return { ...summary, checkpoint: checkpointPath(out), log: log.path, report: report.path };
}

function about({ stage, recipe }: LanguageRun, steps: number, recordings: number): string {
  const what = recipe.train === 'all' ? 'all weights' : `LoRA of rank ${recipe.loraR} and norms`;
  const task = stage === 'pretrain' ? 'forecasting ECG codes' : 'questions and reports';
  return `Then ${steps} steps of ${task} with ${what} on ${recordings} recordings, batches of ${recipe.batchSize}, Adam ${recipe.lr}, seed ${recipe.seed}.`;
}
