import { Generator } from '@heartllm/backend';
import type { Batch, Llama } from '@heartllm/lora-llm';
import {
  buildInterviewBatch,
  buildPretrainBatch,
  buildQuestionBatch,
  buildReportBatch,
  type EcgVocabulary,
  type InterviewExample,
  type QuestionExample,
  type ReportExample,
} from '@heartllm/vocab-bridge';
import * as tf from '@tensorflow/tfjs-core';
import { DataOrder } from './data-order.ts';
import { Adam } from './optimizer.ts';
import { splitRows } from './split-rows.ts';
import type { TrainingTask } from './train.ts';
import { chooseTrainable, type EcgEmbeddings, type TrainableSet } from './trainable.ts';

interface LanguageTraining {
  /** Its LoRA, if it is to have one, has been added before. */
  llama: Llama;
  /** Whose ids the model reads and writes, with as many ECG codes as the tokenizer has. */
  vocabulary: EcgVocabulary;
  /** Passes over the data; default 1. */
  epochs?: number;
  /** Learning rate of Adam; default 1e-4. */
  lr?: number;
  /** Default 'pretrain' in stage 2, 'finetune' in stage 3. */
  trainable?: TrainableSet;
  /** Default 'auto'. */
  ecgEmbeddings?: EcgEmbeddings;
  /** Of the order of the data, the forecast windows and LoRA's dropout; default 0. */
  seed?: number;
}

/** Stage 2; the defaults are the published recipe. */
export interface PretrainTraining extends LanguageTraining {
  /** Codes of each ECG, 0..codes-1; at least 313 of each, 10 s, as the longest window forecasts 30 from 283. */
  ecgs: ArrayLike<number>[];
  /** Codes of ECGs that it is judged by, each with the same windows every time. */
  validation?: ArrayLike<number>[];
  /** ECGs per step, each of which gives one row for each of the five windows; default 4. */
  batchSize?: number;
  /** Steps of questions about ECGs, so that a new model learns text and what to look for; not in the published recipe. */
  interviews?: {
    /** So many for each step of forecasting. */
    each: number;
    /** ECGs with their questions, `batchSize` of them per step. */
    examples: InterviewExample[];
    /** Judged by these, then, instead of forecasts. */
    validation?: InterviewExample[];
  };
}

/** A question with its answer, or a report, about one ECG. */
export type FinetuneExample = (QuestionExample | ReportExample) & {
  /** What the codes were rounded from, [codes * D]: for a model without discretization, which takes them in their place. */
  points?: Float32Array;
};

/** Stage 3; the defaults are the published recipe, which trains one task at a time. */
export interface FinetuneTraining extends LanguageTraining {
  /** Questions with answers, and ECGs with reports. */
  examples: FinetuneExample[];
  /** Judged by their loss. */
  validation?: FinetuneExample[];
  /** Examples per step; default 10. */
  batchSize?: number;
}

/**
 * Forecasting ECG tokens from those before, without text; loss on the forecast tokens only. With `interviews` every step of
 * it is followed by so many in which questions about ECGs are answered.
 *
 * Chooses which weights of the model learn, at once. The loss is in nats.
 *
 * @throws RangeError where there is no ECG, or no interview; VocabularyError for an ECG that is too short, or a value that is no
 *   code: at once for one of `validation`, else from `batch`
 */
export function pretrainTask(training: PretrainTraining): TrainingTask<Batch[]> {
  const { vocabulary, ecgs, validation = [], batchSize = 4, seed = 0, interviews } = training;
  const common: LanguageTraining = { ...training, trainable: training.trainable ?? 'pretrain' };
  const order = new DataOrder(ecgs.length, batchSize, seed);
  const windows = (chosen: ArrayLike<number>[], draw: string) => {
    const random = new Generator(`${seed}/${draw}`);
    return [buildPretrainBatch(vocabulary, chosen, { random: () => random.uniform() })];
  };
  const forecast = (number: number) =>
    windows(
      order.items(number).map((item) => ecgs[item]),
      `window/${number}`,
    );
  if (!interviews) {
    const held = chunks(validation, batchSize).map((part, i) => windows(part, `validation/${i}`));
    return languageTask(common, order.stepsPerPass, { batch: async (step) => forecast(step), held });
  }
  const { each, examples } = interviews;
  const interviewOrder = new DataOrder(examples.length, batchSize, `${seed}/interview`);
  const ask = (chosen: InterviewExample[]) => [buildInterviewBatch(vocabulary, chosen)];
  return languageTask(common, Math.ceil((interviewOrder.stepsPerPass * (each + 1)) / each), {
    batch: async (step) => {
      const forecasts = Math.ceil(step / (each + 1)); // before this step
      if (step % (each + 1) === 0) return forecast(forecasts);
      return ask(interviewOrder.items(step - forecasts).map((item) => examples[item]));
    },
    held: chunks(interviews.validation ?? [], batchSize).map(ask),
  });
}

/**
 * Answering questions and writing reports; loss on the answer or report and the end of text, in nats.
 *
 * Chooses which weights of the model learn, at once.
 *
 * @throws RangeError where there is no example; VocabularyError for an example without answer or report, or a value that is no
 *   code: at once for one of `validation`, else from `batch`
 */
export function finetuneTask(training: FinetuneTraining): TrainingTask<Batch[]> {
  const { llama, vocabulary, examples, validation = [], batchSize = 10, seed = 0, trainable = 'finetune' } = training;
  const order = new DataOrder(examples.length, batchSize, seed);
  return languageTask({ ...training, trainable }, order.stepsPerPass, {
    batch: async (step) =>
      batches(
        llama,
        vocabulary,
        order.items(step).map((item) => examples[item]),
      ),
    held: chunks(validation, batchSize).map((part) => batches(llama, vocabulary, part)),
  });
}

/** @param data.held batches that the model is judged by, if there are any */
function languageTask(
  { llama, vocabulary, epochs = 1, lr = 1e-4, trainable = 'finetune', ecgEmbeddings, seed = 0 }: LanguageTraining,
  stepsPerPass: number,
  { batch, held }: { batch: (step: number) => Promise<Batch[]>; held: Batch[][] },
): TrainingTask<Batch[]> {
  const restrict = chooseTrainable(llama, vocabulary, trainable, ecgEmbeddings);
  return {
    parameters: llama.trainable(),
    totalSteps: epochs * stepsPerPass,
    optimizer: new Adam('adam', { lr }),
    batch,
    loss: (parts, step, part) =>
      meanLoss(llama, parts, new Generator(`${seed}/dropout/${step}/${part}`).integer(2 ** 31)),
    split: splitRows,
    restrict,
    ...(held.length && { validate: () => validate(llama, held) }),
  };
}

/** Mean loss over the rows of all batches. */
async function validate(llama: Llama, held: Batch[][]) {
  let sum = 0;
  let count = 0;
  for (const parts of held) {
    const loss = tf.tidy(() => meanLoss(llama, parts));
    const rows = rowsOf(parts);
    sum += (await loss.data())[0] * rows;
    count += rows;
    loss.dispose();
  }
  return { loss: sum / count, metrics: { loss: sum / count } };
}

function chunks<T>(items: T[], size: number): T[][] {
  return Array.from({ length: Math.ceil(items.length / size) }, (_, i) => items.slice(i * size, (i + 1) * size));
}

/** Questions and reports apart: their prompts differ too much in length to be padded together. */
function batches({ projector }: Llama, vocabulary: EcgVocabulary, examples: FinetuneExample[]): Batch[] {
  const questions = examples.filter((example): example is FinetuneExample & QuestionExample => 'question' in example);
  const reports = examples.filter((example): example is FinetuneExample & ReportExample => !('question' in example));
  const vectors = (some: FinetuneExample[]) => (projector ? { vectors: some.map(({ points }) => points) } : {});
  return [
    ...(questions.length ? [{ ...buildQuestionBatch(vocabulary, questions), ...vectors(questions) }] : []),
    ...(reports.length ? [{ ...buildReportBatch(vocabulary, reports), ...vectors(reports) }] : []),
  ];
}

/** Mean over the rows of all parts; every part's own loss is the mean over its labelled tokens. */
function meanLoss(llama: Llama, parts: Batch[], dropoutSeed?: number): tf.Scalar {
  const rows = rowsOf(parts);
  const losses = parts.map((part) =>
    tf.mul(llama.loss(part, dropoutSeed === undefined ? {} : { dropoutSeed }), part.inputIds.length / rows),
  );
  return tf.addN(losses) as tf.Scalar;
}

function rowsOf(parts: Batch[]): number {
  return parts.reduce((sum, part) => sum + part.inputIds.length, 0);
}
