import { mkdir } from 'node:fs/promises';
import { basename, dirname, resolve } from 'node:path';
import { Generator } from '@heartllm/backend';
import { LeadAutoencoder, publishedConfig, type TokenizerConfig } from '@heartllm/lead-encoder';
import { tokenizerTask, train } from '@heartllm/training';
import { writeTokenizerFolder } from '../files/tokenizer-folder.ts';
import { checkReplaceable } from '../files/write-folder.ts';
import type { Terminal } from '../terminal/terminal.ts';
import { follow, type TrainingSummary } from './follow.ts';
import { openRecordings, signalsOf } from './ptbxl-recordings.ts';
import { checkpointPath, hasCheckpoint, runCheckpoint } from './run-checkpoint.ts';
import { RunLog } from './run-log.ts';

/** Stage 1 on PTB-XL. */
export interface TokenizerRun {
  /** Folder of PTB-XL. */
  data: string;
  /** Model folder to write. */
  out: string;
  force: boolean;
  decoderChannels: number;
  /** A causal encoder, which streams; the published one is not. */
  causal: boolean;
  epochs: number;
  batchSize: number;
  lr: number;
  /** Let the learning rate fall to 0 along a half cosine. */
  cosine: boolean;
  /** Samples of a random window; all of them without it. */
  crop?: number;
  /** Weight of the loss that spreads the codes; none without it. */
  spread?: number;
  seed: number;
  /** Steps between validations and between checkpoints. */
  every: number;
  /** Recordings of fold 9 to validate on, at most. */
  validate: number;
  resume: boolean;
  /** Ends the run after the current step, with a checkpoint. */
  signal: AbortSignal;
}

/** What came of it. */
export interface TokenizerResult extends TrainingSummary {
  /** Numbers of recordings. */
  train: number;
  validation: number;
  checkpoint: string;
  /** Every event as a line of JSON. */
  log: string;
}

/**
 * Trains an ECG tokenizer from random weights. The model folder holds the weights of the best validation so far, without
 * validation those of the last step; the checkpoint lies beside it as `OUT.checkpoint.safetensors`,
 * the log as `OUT.log.jsonl`.
 */
export async function trainTokenizer(run: TokenizerRun, terminal: Terminal): Promise<TokenizerResult> {
  const resume = run.resume && (await hasCheckpoint(run.out));
  await checkReplaceable(run.out, run.force || resume); // before hours of work, not after
  const { train: rows, validation: fold9, source } = await openRecordings(run.data);
  const held = fold9.slice(0, run.validate);
  const config: TokenizerConfig = {
    ...publishedConfig,
    encoder: { ...publishedConfig.encoder, ...(run.causal && { causal: true }) },
    decoder: { channels: run.decoderChannels, depth: 1 },
  };
  const network = LeadAutoencoder.create(config, new Generator(run.seed));
  const { epochs, batchSize, lr, cosine, crop, spread, seed } = run;
  const task = tokenizerTask({
    network,
    train: signalsOf(rows, source, config),
    validation: held.length ? signalsOf(held, source, config) : undefined,
    epochs,
    batchSize,
    lr,
    cosine,
    crop,
    spread,
    seed,
  });
  const events = train(task, {
    validateEvery: run.every,
    checkpoint: runCheckpoint(run.out, run.every, resume, {
      decoderChannels: run.decoderChannels,
      causal: run.causal,
      epochs: cosine ? epochs : undefined, // without a schedule a run may be made longer
      batchSize,
      lr,
      cosine,
      crop,
      spread,
      seed,
      recordings: rows.length,
    }),
    signal: run.signal,
  });
  const save = async () =>
    writeTokenizerFolder(run.out, true, { config, tensors: await network.tensors(), about: about(run, rows.length) });
  await mkdir(dirname(resolve(run.out)), { recursive: true });
  const log = new RunLog(run.out);
  const summary = await follow(terminal, 'training the tokenizer', events, log, save);
  if (!held.length) await save();
  network.dispose();
  return {
    ...summary,
    train: rows.length,
    validation: held.length,
    checkpoint: checkpointPath(run.out),
    log: log.path,
  };
}

function about(run: TokenizerRun, recordings: number) {
  const { out, epochs, batchSize, lr, crop, spread, seed, decoderChannels, causal } = run;
  return {
    name: basename(resolve(out)),
    description: `ECG tokenizer with ${causal ? 'a causal encoder' : 'the published encoder'} and a decoder of ${decoderChannels} channels.`,
    license: 'not stated; PTB-XL, which it was trained on, is CC BY 4.0',
    training:
      `Trained with heartllm train tokenizer on ${recordings} recordings of PTB-XL, folds 1 to 8: mean squared error${spread ? ` and ${spread} times the spread of the codes` : ''}, AdamW, ` +
      `learning rate ${lr}, batches of ${batchSize}${crop ? `, random windows of ${crop} samples` : ''}, at most ${epochs} passes, seed ${seed}.`,
  };
}
