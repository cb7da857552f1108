import { mkdir } from 'node:fs/promises';
import { basename, dirname, resolve } from 'node:path';
import { Generator } from '@heartllm/backend';
import { readRecord } from '@heartllm/ecg-io';
import { folderSource } from '@heartllm/ecg-io/node';
import { finetuneTask, pretrainTask, type TrainableSet, train } from '@heartllm/training';
import { writeLanguageFolder } from '../files/language-folder.ts';
import { checkReplaceable } from '../files/write-folder.ts';
import { LanguageModel } from '../language-model.ts';
import { HeartLlm } from '../pipeline.ts';
import { progress } from '../terminal/progress.ts';
import type { Terminal } from '../terminal/terminal.ts';
import { follow, type TrainingSummary } from './follow.ts';
import { languageData } from './language-data.ts';
import { newLanguageModel } from './new-language-model.ts';
import { openRecordings, type PtbXlRecordings } from './ptbxl-recordings.ts';
import { checkpointPath, hasCheckpoint, runCheckpoint } from './run-checkpoint.ts';
import { RunLog } from './run-log.ts';

/** Stage 2 or 3 on PTB-XL. */
export interface LanguageRun {
  stage: 'pretrain' | 'finetune';
  data: string;
  /** Model folder to go on from; without a language model in it a small new one is made. */
  model: string;
  out: string;
  force: boolean;
  /** 'lora' trains LoRA and norms (stage 2: and the embeddings), 'all' every weight. */
  train: 'lora' | 'all';
  loraR: number;
  epochs: number;
  batchSize: number;
  lr: number;
  warmup?: number;
  /** Ends after so many steps. */
  maxSteps?: number;
  /** Questions per ECG, at most. */
  perRecord: number;
  /** Steps between validations, and between checkpoints. */
  every: number;
  /** Examples of fold 9 to validate on. */
  validate: number;
  seed: number;
  resume: boolean;
  /** Ends the run after the current step, with a checkpoint. */
  signal: AbortSignal;
}

/** What came of it. */
export interface LanguageResult extends TrainingSummary {
  checkpoint: string;
  /** Every event as a line of JSON. */
  log: string;
}

const PROJECTIONS = ['q_proj', 'k_proj', 'v_proj', 'o_proj', 'gate_proj', 'up_proj', 'down_proj'];

/**
 * Trains the language model of a model folder and writes the whole as a new one: as it is after the best validation, without
 * validation after the last step. The checkpoint lies beside it as `OUT.checkpoint.safetensors`, the log as
 * `OUT.log.jsonl`.
 */
export async function trainLanguage(run: LanguageRun, terminal: Terminal): Promise<LanguageResult> {
  const resume = run.resume && (await hasCheckpoint(run.out));
  await checkReplaceable(run.out, run.force || resume); // before hours of work, not after
  const source = folderSource(run.model);
  const model = await HeartLlm.load(source);
  const recordings = await openRecordings(run.data);
  const rows = [...recordings.train, ...(run.stage === 'finetune' ? recordings.validation : [])];
  const codes = await tokenizeAll(model, rows, recordings, terminal);
  const learn = languageData(recordings.train, recordings.statements, codes, run.perRecord, `${run.seed}/questions`);
  const size = model.tokenizer.fsq.codebookSize;
  const { llama, vocabulary } = model.manifest.contents.llm
    ? await LanguageModel.load(source, model.manifest, size)
    : newLanguageModel(learn, size, run.seed);
  if (run.train === 'lora' && !llama.lora) {
    // the published LoRA: alpha 16, dropout 0.05, all seven projections
    llama.addLora({ r: run.loraR, loraAlpha: 16, loraDropout: 0.05, targetModules: PROJECTIONS }, run.seed);
  }
  llama.baseName ??= 'llm';
  const trainable: TrainableSet = run.train === 'all' ? 'all' : run.stage;
  const { epochs, batchSize, lr, warmup, maxSteps, seed } = run;
  const common = { llama, vocabulary, epochs, batchSize, lr, warmup, maxSteps, trainable, seed };
  const generator = new Generator(`${seed}/mix`);
  const checkpoint = runCheckpoint(run.out, run.every, resume, {
    stage: run.stage,
    train: run.train,
    loraR: run.loraR,
    // without a schedule a run may be made longer
    ...(warmup !== undefined && { epochs, maxSteps }),
    batchSize,
    lr,
    warmup,
    perRecord: run.perRecord,
    seed,
    recordings: recordings.train.length,
  });
  let events: ReturnType<typeof train>;
  if (run.stage === 'pretrain') {
    events = train(pretrainTask({ ...common, ecgs: recordings.train.map((row) => codes.get(row.ecgId)!) }), {
      checkpoint,
      signal: run.signal,
    });
  } else {
    const held = languageData(recordings.validation, recordings.statements, codes, run.perRecord, `${seed}/validation`);
    const validation = generator.shuffle([...held.questions, ...held.reports]).slice(0, run.validate);
    const examples = generator.shuffle([...learn.questions, ...learn.reports]);
    const task = finetuneTask({ ...common, examples, ...(validation.length && { validation }) });
    events = train(task, { validateEvery: run.every, checkpoint, signal: run.signal });
  }
  // stage 2 trains the embeddings, which are the base's own
  const untouched = model.manifest.contents.llm !== undefined && trainable === 'finetune';
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
  const judged = run.stage === 'finetune' && summary.validations.length > 0;
  if (!judged && summary.reason !== 'stopped') await save(summary.steps);
  llama.dispose();
  await model.dispose();
  return { ...summary, checkpoint: checkpointPath(run.out), log: log.path };
}

async function tokenizeAll(
  model: HeartLlm,
  rows: PtbXlRecordings['train'],
  { source }: PtbXlRecordings,
  terminal: Terminal,
): Promise<Map<number, Int32Array>> {
  async function* records() {
    for (const row of rows) yield await readRecord(source, row.filename500);
  }
  const codes = new Map<number, Int32Array>();
  const bar = progress(terminal, 'tokenizing', rows.length);
  try {
    for await (const result of model.tokenizer.encodeEach(records())) {
      if ('error' in result) throw result.error;
      codes.set(rows[result.index].ecgId, result.codes);
      bar.update(codes.size);
    }
  } finally {
    bar.stop();
  }
  return codes;
}

function about(run: LanguageRun, steps: number, recordings: number): string {
  const what = run.train === 'all' ? 'all weights' : `LoRA of rank ${run.loraR} and norms`;
  const task = run.stage === 'pretrain' ? 'forecasting ECG codes' : 'questions and reports';
  return `Then ${steps} steps of ${task} with ${what} on ${recordings} recordings, batches of ${run.batchSize}, Adam ${run.lr}, seed ${run.seed}.`;
}
