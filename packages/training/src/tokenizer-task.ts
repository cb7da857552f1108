import { Generator } from '@heartllm/backend';
import { codeUsage, Fsq, normalizeSignal } from '@heartllm/fsq-tokenizer';
import { quantizeStraightThrough } from '@heartllm/fsq-tokenizer/tf';
import type { LeadAutoencoder } from '@heartllm/lead-encoder';
import * as tf from '@tensorflow/tfjs-core';
import { codeSpread } from './code-spread.ts';
import { DataOrder } from './data-order.ts';
import { Adam } from './optimizer.ts';
import type { TrainingTask } from './train.ts';

/** Recordings to learn from, read when they are needed. */
export interface SignalSet {
  length: number;
  /** [leads][samples], in the model's lead order and rate, as `prepareSignal` of @heartllm/fsq-tokenizer gives them. */
  signal(index: number): Promise<ArrayLike<number>[]>;
}

/** Stage 1; the defaults are the published recipe. */
export interface TokenizerTraining {
  network: LeadAutoencoder;
  train: SignalSet;
  validation?: SignalSet;
  /** Default 200. */
  batchSize?: number;
  /** Passes over the data; default 5. */
  epochs?: number;
  /** Default 2e-3, AdamW. */
  lr?: number;
  /** Train on a random window of this many samples of each recording instead of all; a multiple of the code's 16. */
  crop?: number;
  /** Weight of {@link codeSpread} beside the reconstruction error; default 0, the published recipe. */
  spread?: number;
  seed?: number;
}

/**
 * Training the tokenizer: mean squared error of the z-scored signal after encoder, quantizer and decoder, and nothing else
 * unless `spread` is given.
 * A causal encoder normalizes with the statistics of the batch, and its running statistics follow.
 *
 * Validation reports the same error, codes used and perplexity over the whole codebook.
 */
export function tokenizerTask({
  network,
  train,
  validation,
  batchSize = 200,
  epochs = 5,
  lr = 2e-3,
  crop,
  spread = 0,
  seed = 0,
}: TokenizerTraining): TrainingTask<tf.Tensor3D> {
  const { config } = network;
  if (!config.decoder) throw new Error('a tokenizer without a decoder cannot be trained by reconstruction');
  const fsq = new Fsq({ levels: config.levels, bound: config.bound });
  const order = new DataOrder(train.length, batchSize, seed);

  /** [B, leads, samples] of the z-scored recordings, cropped where a generator is given */
  const load = async (set: SignalSet, items: number[], generator?: Generator): Promise<tf.Tensor3D> => {
    const samples = generator && crop ? crop : config.samples;
    const values = new Float32Array(items.length * config.leads.length * samples);
    for (const [i, item] of items.entries()) {
      const { z } = normalizeSignal(await set.signal(item), config);
      const start = generator ? generator.integer(config.samples - samples + 1) : 0;
      for (const [j, lead] of z.entries()) {
        values.set(lead.subarray(start, start + samples), (i * config.leads.length + j) * samples);
      }
    }
    return tf.tensor3d(values, [items.length, config.leads.length, samples]);
  };

  const forward = (x: tf.Tensor3D, training: boolean) => {
    const points = network.encode(x, { training }); // [B, codes, D]
    const decoded = network.decode(quantizeStraightThrough(points, fsq)); // [B, leads, samples rounded up to 16]
    return { points, loss: tf.mean(tf.squaredDifference(tf.slice(decoded, [0, 0, 0], x.shape), x)) as tf.Scalar };
  };

  const validate = async (set: SignalSet) => {
    let error = 0;
    const codes: number[] = [];
    for (let i = 0; i < set.length; i++) {
      const x = await load(set, [i]);
      const { points, loss } = tf.tidy(() => forward(x, false));
      error += (await loss.data())[0] / set.length;
      for (const code of fsq.quantize((await points.data()) as Float32Array).indices) codes.push(code);
      tf.dispose([x, points, loss]);
    }
    const { used, perplexity } = codeUsage(codes, fsq.codebookSize);
    return { loss: error, metrics: { mse: error, codesUsed: used, perplexity } };
  };

  return {
    parameters: network.parameters,
    totalSteps: epochs * order.stepsPerPass,
    optimizer: new Adam('adamw', { lr }),
    batch: (step) => load(train, order.items(step), new Generator(`${seed}/crop/${step}`)),
    loss: (x) => {
      const { points, loss } = forward(x, true);
      return spread === 0 ? loss : tf.add(loss, tf.mul(codeSpread(points, fsq), spread));
    },
    disposeBatch: (x) => x.dispose(),
    ...(validation && { validate: () => validate(validation) }),
  };
}
