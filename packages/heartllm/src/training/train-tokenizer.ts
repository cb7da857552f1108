import { basename, resolve } from 'node:path';
import { Generator } from '@heartllm/backend';
import type { RecordedRow } from '@heartllm/ecg-datasets';
import { LeadAutoencoder, publishedConfig, type TokenizerConfig } from '@heartllm/lead-encoder';
import { type TokenizerRecipe, tokenizerTask, train } from '@heartllm/training';
import { tokenizerSettings } from '@heartllm/training/recipe';
import { halfPrecision } from '../files/half-precision.ts';
import { writeTokenizerFolder } from '../files/tokenizer-folder.ts';
import { checkReplaceable } from '../files/write-folder.ts';
import type { Terminal } from '../terminal/terminal.ts';
import { DiagnosisLabels } from './diagnosis-labels.ts';
import { follow, type TrainingSummary } from './follow.ts';
import { openRecordings } from './ptbxl-recordings.ts';
import { ReportFile, type ReportFrame } from './report-file.ts';
import { checkpointPath, hasCheckpoint, runCheckpoint, runSettings } from './run-checkpoint.ts';
import { RunLog } from './run-log.ts';
import { type RunPlace, settleRun } from './run-place.ts';
import { openSignalRecordings, type SignalRecordings, signalsOf } from './signal-recordings.ts';
import { tokenizerExample } from './tokenizer-example.ts';

/** Stage 1, on any recordings. */
export interface TokenizerRun extends RunPlace {
  recipe: TokenizerRecipe;
}

/** What came of it. */
export interface TokenizerResult extends TrainingSummary {
  /** Numbers of recordings. */
  train: number;
  validation: number;
  checkpoint: string;
  /** Every event as a line of JSON. */
  log: string;
  /** Curves and examples as a page. */
  report: string;
}

/**
 * Trains an ECG tokenizer from random weights. The model folder holds the weights of the best validation so far, without
 * validation those of the last step; the checkpoint lies beside it as `OUT.checkpoint.safetensors`,
 * the log as `OUT.log.jsonl`, the report as `OUT.report.html`.
 */
export async function trainTokenizer(run: TokenizerRun, terminal: Terminal): Promise<TokenizerResult> {
  const resume = run.resume && (await hasCheckpoint(run.out));
  await checkReplaceable(run.out, run.force || resume); // before hours of work, not after
  await settleRun(run.out);
  const { recipe } = run;
  const config: TokenizerConfig = {
    ...publishedConfig,
    levels: recipe.levels,
    bound: recipe.bound,
    encoder: { ...publishedConfig.encoder, variant: recipe.variant, ...(recipe.causal && { causal: true }) },
    decoder: { channels: recipe.decoderChannels, depth: 1 },
  };
  const recordings = await openSignalRecordings(run.data, config, run.signal, terminal);
  const { train: rows, reader } = recordings;
  const held = recordings.validation.slice(0, recipe.validate);
  const labels = recipe.diagnosis ? await labelsOf(run.data, recordings) : undefined;
  const network = LeadAutoencoder.create(config, new Generator(recipe.seed));
  const task = tokenizerTask({
    ...recipe,
    network,
    train: signalsOf(rows, reader, config, labels),
    validation: held.length ? signalsOf(held, reader, config, labels) : undefined,
  });
  const events = train(task, {
    ...recipe,
    validateEvery: recipe.every,
    checkpoint: runCheckpoint(
      run.out,
      recipe.every,
      resume,
      runSettings(recipe, tokenizerSettings, { recordings: rows.length }),
    ),
    signal: run.signal,
  });
  const save = async () =>
    writeTokenizerFolder(run.out, true, {
      config,
      tensors: halfPrecision(await network.tensors()), // what later stages learn from are the codes of the rounded weights
      about: about(run.out, recipe, recordings),
    });
  const log = new RunLog(run.out);
  const frame: ReportFrame = {
    name: basename(resolve(run.out)),
    stage: 'Stage 1: ECG to codes and back',
    facts: [['Recordings', `${rows.length} of ${recordings.name}; ${held.length} of other patients for validation`]],
    recipe: { ...recipe },
    settings: tokenizerSettings,
  };
  const report = new ReportFile(run.out, log, frame, () => tokenizerExample(network, signalsOf(held, reader, config)));
  const records = { log, report, onBest: save };
  const summary = await follow(terminal, 'training the tokenizer', events, records);
  if (!held.length) await save();
  network.dispose();
  await reader.close();
  return {
    ...summary,
    train: rows.length,
    validation: held.length,
    checkpoint: checkpointPath(run.out),
    log: log.path,
    report: report.path,
  };
}

/** @throws Error for another data set than PTB-XL */
async function labelsOf(folder: string, { dataset, train }: SignalRecordings) {
  if (dataset !== 'ptb-xl') throw new Error(`--diagnosis: expected PTB-XL in ${folder}, whose labels it learns from`);
  const { statements, ...labelled } = await openRecordings(folder);
  const rows = [...labelled.train, ...labelled.validation];
  const byPath = new Map(rows.map((row) => [row.filename500, row]));
  const labels = new DiagnosisLabels(
    train.flatMap(({ recording }) => byPath.get(recording.path) ?? []),
    statements,
  );
  return ({ recording }: RecordedRow) => labels.of(byPath.get(recording.path));
}

function about(out: string, recipe: TokenizerRecipe, { dataset, name, train }: SignalRecordings) {
  const { variant, causal, decoderChannels, levels, epochs, batchSize, lr, schedule, crop, spread, diagnosis, seed } =
    recipe;
  const losses = [
    'mean squared error',
    ...(spread ? [`${spread} times the spread of the codes`] : []),
    ...(diagnosis ? [`${diagnosis} times the cross-entropy of the labels told from the codes`] : []),
  ];
  const encoder = variant === 'paper' ? "the paper's encoder" : 'the published encoder';
  return {
    name: basename(resolve(out)),
    description: `ECG tokenizer with ${causal ? 'a causal encoder' : encoder}, levels ${levels.join(' ')} and a decoder of ${decoderChannels} channels.`,
    license: `not stated; ${dataset === 'ptb-xl' ? 'PTB-XL, which it was trained on, is CC BY 4.0' : 'nor that of the recordings that it was trained on'}`,
    training:
      `Trained with heartllm train tokenizer on ${train.length} recordings of ${name}: ${losses.join(' and ')}, AdamW, ` +
      `learning rate ${lr}, ${schedule}, batches of ${batchSize}${crop ? `, random windows of ${crop} samples` : ''}, at most ${epochs} passes, seed ${seed}.`,
  };
}
