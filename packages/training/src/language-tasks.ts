import { Generator } from '@heartllm/backend';
import type { Batch, Llama } from '@heartllm/lora-llm';
import {
  buildPretrainBatch,
  buildQuestionBatch,
  buildReportBatch,
  type EcgVocabulary,
  type QuestionExample,
  type ReportExample,
} from '@heartllm/vocab-bridge';
import * as tf from '@tensorflow/tfjs-core';
import { DataOrder } from './data-order.ts';
import { Adam } from './optimizer.ts';
import type { TrainingTask } from './train.ts';

/**
 * What learns. 'pretrain': LoRA, norms and embeddings, as in the published stage 2. 'finetune': LoRA and norms, as in
 * stage 3. 'all': every weight, for a model that starts from nothing and has no base to keep.
 */
export type TrainableSet = 'pretrain' | 'finetune' | 'all';

interface LanguageTraining {
  /** Its LoRA, if it is to have one, has been added before. */
  llama: Llama;
  vocabulary: EcgVocabulary;
  /** Passes over the data; default 1. */
  epochs?: number;
  /** Default 1e-4, Adam. */
  lr?: number;
  trainable?: TrainableSet;
  seed?: number;
}

/** Stage 2; the defaults are the published recipe. */
export interface PretrainTraining extends LanguageTraining {
  /** Codes of each ECG. */
  ecgs: ArrayLike<number>[];
  /** ECGs per step, each of which gives one row per window; default 4. */
  batchSize?: number;
}

/** Stage 3; the defaults are the published recipe, which trains one task at a time. */
export interface FinetuneTraining extends LanguageTraining {
  /** Questions with answers, and ECGs with reports. */
  examples: (QuestionExample | ReportExample)[];
  /** Judged by their loss. */
  validation?: (QuestionExample | ReportExample)[];
  /** Default 10. */
  batchSize?: number;
}

/** Forecasting ECG tokens from those before, without text; loss on the forecast tokens only. */
export function pretrainTask(training: PretrainTraining): TrainingTask<Batch[]> {
  const { vocabulary, ecgs, batchSize = 4, seed = 0, trainable = 'pretrain' } = training;
  const order = new DataOrder(ecgs.length, batchSize, seed);
  return languageTask({ ...training, trainable }, order, async (step) => {
    const random = new Generator(`${seed}/window/${step}`);
    const chosen = order.items(step).map((item) => ecgs[item]);
    return [buildPretrainBatch(vocabulary, chosen, { random: () => random.uniform() })];
  });
}

/** Answering questions and writing reports; loss on the answer or report and the end of text. */
export function finetuneTask(training: FinetuneTraining): TrainingTask<Batch[]> {
  const { llama, vocabulary, examples, validation, batchSize = 10, seed = 0, trainable = 'finetune' } = training;
  const order = new DataOrder(examples.length, batchSize, seed);
  const task = languageTask({ ...training, trainable }, order, async (step) =>
    batches(
      vocabulary,
      order.items(step).map((item) => examples[item]),
    ),
  );
  if (!validation) return task;
  const validate = async () => {
    let sum = 0;
    for (let i = 0; i < validation.length; i += batchSize) {
      const part = validation.slice(i, i + batchSize);
      const loss = tf.tidy(() => meanLoss(llama, batches(vocabulary, part)));
      sum += (await loss.data())[0] * part.length;
      loss.dispose();
    }
    const loss = sum / validation.length;
    return { loss, metrics: { loss } };
  };
  return { ...task, validate };
}

function languageTask(
  { llama, epochs = 1, lr = 1e-4, trainable = 'finetune', seed = 0 }: LanguageTraining,
  order: DataOrder,
  batch: (step: number) => Promise<Batch[]>,
): TrainingTask<Batch[]> {
  llama.setTrainable((name) => isTrainable(name, trainable));
  return {
    parameters: llama.trainable(),
    totalSteps: epochs * order.stepsPerPass,
    optimizer: new Adam('adam', { lr }),
    batch,
    loss: (parts, step) => meanLoss(llama, parts, new Generator(`${seed}/dropout/${step}`).integer(2 ** 31)),
  };
}

function isTrainable(name: string, set: TrainableSet): boolean {
  if (set === 'all' || /\.lora_[AB]\.|norm\.weight$/.test(name)) return true;
  return set === 'pretrain' && /(embed_tokens|lm_head)\.weight$/.test(name);
}

/** Questions and reports apart: their prompts differ too much in length to be padded together. */
function batches(vocabulary: EcgVocabulary, examples: (QuestionExample | ReportExample)[]): Batch[] {
  const questions = examples.filter((example): example is QuestionExample => 'question' in example);
  const reports = examples.filter((example): example is ReportExample => !('question' in example));
  return [
    ...(questions.length ? [buildQuestionBatch(vocabulary, questions)] : []),
    ...(reports.length ? [buildReportBatch(vocabulary, reports)] : []),
  ];
}

/** Mean over the rows of all parts; every part's own loss is the mean over its labelled tokens. */
function meanLoss(llama: Llama, parts: Batch[], dropoutSeed?: number): tf.Scalar {
  const rows = parts.reduce((sum, part) => sum + part.inputIds.length, 0);
  const losses = parts.map((part) =>
    tf.mul(llama.loss(part, dropoutSeed === undefined ? {} : { dropoutSeed }), part.inputIds.length / rows),
  );
  return tf.addN(losses) as tf.Scalar;
}
