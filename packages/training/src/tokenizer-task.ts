import { Generator } from '@heartllm/backend';
import { codeUsage, Fsq, normalizeSignal } from '@heartllm/fsq-tokenizer';
import { quantizeStraightThrough } from '@heartllm/fsq-tokenizer/tf';
import type { LeadAutoencoder } from '@heartllm/lead-encoder';
import * as tf from '@tensorflow/tfjs-core';
import { codeSpread } from './code-spread.ts';
import { DataOrder } from './data-order.ts';
import { DiagnosisHead, type Labels, labelLoss, meanAuroc } from './diagnosis.ts';
import type { BatchPart } from './gradients.ts';
import { Adam } from './optimizer.ts';
import type { TrainingTask } from './train.ts';

/** Recordings to learn from, read when they are needed. */
export interface SignalSet {
  /** Number of recordings. */
  length: number;
  /**
   * [leads][samples], in the model's lead order and rate, as `prepareSignal` of @heartllm/fsq-tokenizer gives them; in any unit,
   * as each lead is z-scored, but in mV for a causal encoder.
   */
  signal(index: number): Promise<ArrayLike<number>[]>;
  /** What is known of it, if diagnoses are learned: as many labels of every recording. */
  labels?(index: number): Labels;
}

/** Stage 1; the defaults are the published recipe. */
export interface TokenizerTraining {
  /** Learns in place; needs a decoder. Its config tells leads, rate, samples, levels and bound. */
  network: LeadAutoencoder;
  /** What it learns from. */
  train: SignalSet;
  /** What it is judged by, each recording whole; without it there are no validations. */
  validation?: SignalSet;
  /** Recordings per step; default 200. */
  batchSize?: number;
  /** Passes over the data; default 5. */
  epochs?: number;
  /** Learning rate of AdamW; default 2e-3. */
  lr?: number;
  /** Train on a random window of this many samples of each recording, at most all; 0, the default: on the whole recording. */
  crop?: number;
  /** Weight of {@link codeSpread} beside the reconstruction error; default 0, the published recipe. */
  spread?: number;
  /**
   * Weight of an auxiliary loss beside the reconstruction error: the labels of `train`, told from the bag of codes
   * ({@link DiagnosisHead}); default 0, the published recipe.
   */
  diagnosis?: number;
  /** Of the order of the data, the windows and the {@link DiagnosisHead}; default 0. The network's own weights are there already. */
  seed?: number;
}

/** Recordings of one step: z-scored signals, and labels where there are any. */
export interface SignalBatch {
  /** z-scores, without a unit, row by row. */
  values: Float32Array;
  /** [B, leads, samples] */
  shape: [number, number, number];
  /** One per recording; empty where no diagnoses are learned. */
  labels: Labels[];
}

/**
 * Training the tokenizer: mean squared error of the z-scored signal after encoder, quantizer and decoder, and nothing else
 * unless `spread` or `diagnosis` is given.
 * A causal encoder normalizes with the statistics of the batch, and its running statistics follow.
 *
 * Validation reports the same error, codes used and perplexity over the whole codebook.
 *
 * @throws Error for a network without decoder, and for `diagnosis` without labels; RangeError where there is no recording, and
 *   for a `crop` of more samples than a recording has; from `batch` Error for a recording with a value that is not finite
 */
export function tokenizerTask({
  network,
  train,
  validation,
  batchSize = 200,
  epochs = 5,
  lr = 2e-3,
  crop = 0,
  spread = 0,
  diagnosis = 0,
  seed = 0,
}: TokenizerTraining): TrainingTask<SignalBatch> {
  const { config } = network;
  if (!config.decoder) throw new Error('a tokenizer without a decoder cannot be trained by reconstruction');
  if (!(Number.isInteger(crop) && crop >= 0 && crop <= config.samples)) {
    throw new RangeError(`crop: expected a whole number from 0 to ${config.samples} samples, found ${crop}`);
  }
  const fsq = new Fsq({ levels: config.levels, bound: config.bound });
  const order = new DataOrder(train.length, batchSize, seed);
  if (diagnosis && !train.labels) throw new Error('diagnoses cannot be learned: the recordings have no labels');
  const head = diagnosis
    ? new DiagnosisHead(config.levels.length, train.labels!(0).length, new Generator(`${seed}/diagnosis`))
    : null;

  /** Recordings z-scored, and cropped where a generator is given. */
  const load = async (set: SignalSet, items: number[], generator?: Generator): Promise<SignalBatch> => {
    const samples = generator && crop ? crop : config.samples;
    const values = new Float32Array(items.length * config.leads.length * samples);
    const signals = await Promise.all(items.map((item) => set.signal(item)));
    for (const [i, signal] of signals.entries()) {
      const { z } = normalizeSignal(signal, config);
      const start = generator ? generator.integer(config.samples - samples + 1) : 0;
      for (const [j, lead] of z.entries()) {
        if (!lead.every(Number.isFinite)) {
          throw new Error(`recording ${items[i]}: lead ${config.leads[j]} holds a value that is not finite`);
        }
        values.set(lead.subarray(start, start + samples), (i * config.leads.length + j) * samples);
      }
    }
    const labels = head && set.labels ? items.map((item) => set.labels!(item)) : [];
    return { values, shape: [items.length, config.leads.length, samples], labels };
  };

  const forward = ({ values, shape }: SignalBatch, training: boolean) => {
    const x = tf.tensor3d(values, shape); // [B, leads, samples]
    const points = network.encode(x, { training }); // [B, codes, D]
    const quantized = quantizeStraightThrough(points, fsq); // [B, codes, D]
    const decoded = network.decode(quantized); // [B, leads, samples rounded up to 16]
    const mse = tf.mean(tf.squaredDifference(tf.slice(decoded, [0, 0, 0], x.shape), x)) as tf.Scalar;
    return { points, mse, logits: head?.logits(quantized) };
  };

  const validate = async (set: SignalSet) => {
    let mse = 0;
    const codes: number[] = [];
    const scores: Float32Array[] = [];
    const labels: Labels[] = [];
    for (let i = 0; i < set.length; i++) {
      const batch = await load(set, [i]);
      const result = tf.tidy(() => forward(batch, false));
      mse += (await result.mse.data())[0] / set.length;
      for (const code of fsq.quantize((await result.points.data()) as Float32Array).indices) codes.push(code);
      if (result.logits) scores.push((await result.logits.data()) as Float32Array);
      labels.push(...batch.labels);
      tf.dispose(result);
    }
    const { used, perplexity } = codeUsage(codes, fsq.codebookSize);
    const metrics = { mse, codesUsed: used, perplexity };
    if (!head || !labels.length) return { loss: mse, metrics };
    const crossEntropy = tf.tidy(() => {
      const logits = tf.tensor2d(
        scores.flatMap((row) => [...row]),
        [scores.length, labels[0].length],
      );
      return labelLoss(logits, labels).dataSync()[0];
    });
    return {
      loss: mse + diagnosis * crossEntropy,
      metrics: { ...metrics, diagnosis: crossEntropy, auroc: meanAuroc(scores, labels) },
    };
  };

  const loss = (batch: SignalBatch) => {
    const { points, mse, logits } = forward(batch, true);
    const terms = [mse];
    if (spread) terms.push(tf.mul(codeSpread(points, fsq), spread));
    if (logits) terms.push(tf.mul(labelLoss(logits, batch.labels), diagnosis));
    return tf.addN(terms) as tf.Scalar;
  };

  return {
    parameters: new Map([...network.parameters, ...(head?.parameters ?? [])]),
    totalSteps: epochs * order.stepsPerPass,
    optimizer: new Adam('adamw', { lr }),
    batch: (step) => load(train, order.items(step), new Generator(`${seed}/crop/${step}`)),
    loss,
    split,
    ...(validation && { validate: () => validate(validation) }),
  };
}

/** Parts of so many recordings. What is a statistic of the batch, as the spread of the codes is, becomes that of a part. */
function split(
  { values, shape: [count, leads, samples], labels }: SignalBatch,
  parts: number,
): BatchPart<SignalBatch>[] {
  const size = Math.ceil(count / parts);
  return Array.from({ length: Math.ceil(count / size) }, (_, part) => {
    const [from, to] = [part * size, Math.min(count, (part + 1) * size)];
    const batch: SignalBatch = {
      values: values.subarray(from * leads * samples, to * leads * samples),
      shape: [to - from, leads, samples],
      labels: labels.slice(from, to),
    };
    return { batch, weight: (to - from) / count };
  });
}
