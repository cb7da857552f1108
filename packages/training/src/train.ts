import type { Source } from '@heartllm/safetensors';
import * as tf from '@tensorflow/tfjs-core';
import { BatchesAhead } from './batches-ahead.ts';
import { type Restored, type RunSettings, restoreCheckpoint, START, saveCheckpoint } from './checkpoint.ts';
import type { TrainingEvent } from './events.ts';
import { firstNotFinite, zeroIfFinite } from './finite.ts';
import { accumulatedGradients, type BatchPart, clipGradients, type Gradients } from './gradients.ts';
import type { Adam } from './optimizer.ts';
import { learningRate, type Schedule } from './schedule.ts';

/** What is trained, on what, and how it is judged; the three stages each make one. */
export interface TrainingTask<Batch> {
  /** The parameters that change; those that are not trainable variables (running statistics) are saved and resumed only. */
  parameters: Map<string, tf.Variable>;
  /** Steps of all passes over the data; {@link TrainOptions.maxSteps} may end a run sooner. */
  totalSteps: number;
  /** Its learning rate is the highest one where there is a schedule. */
  optimizer: Adam;
  /**
   * The batch of a step, without tensors, as it is loaded ahead: a function of the step alone, so that a resumed run sees the
   * same data.
   */
  batch(step: number): Promise<Batch>;
  /**
   * Differentiable in `parameters`.
   *
   * @param part of the step's batch, where it is taken in parts
   */
  loss(batch: Batch, step: number, part: number): tf.Scalar;
  /** Cuts a batch into about so many parts whose weighted losses add up to its own, as far as the loss allows. */
  split?(batch: Batch, parts: number): BatchPart<Batch>[];
  /** Takes out of a step's gradients what is not to learn, where of a parameter a part learns only. */
  restrict?: ((gradients: Gradients) => Gradients) | undefined;
  /** Judges the current weights. */
  validate?(): Promise<{
    /** The lower the better: it decides which weights are best, and when patience ends. */
    loss: number;
    /** By name, to be told only. */
    metrics: Record<string, number>;
  }>;
}

/** Where checkpoints go: `path` on disk for writing, the same file through a source for reading. Node only. */
export interface CheckpointOptions {
  /** File on disk, 'RUN.safetensors', in a folder that is there; the one before is kept beside it. */
  path: string;
  /** Reads that folder, or one above it. */
  source: Source;
  /** The checkpoint's path inside the source. */
  sourcePath: string;
  /** Steps between checkpoints; one is written after the last step, too. */
  every: number;
  /** Go on from the checkpoint that is there, or from the one before where it is damaged. */
  resume: boolean;
  /** Kept with it; a run with other settings does not go on from it. */
  settings?: RunSettings;
}

/** How a task is trained: length, learning rate schedule, memory, validation, checkpoints. Lengths are in steps. */
export interface TrainOptions {
  /** Ends after so many steps, if the task has more; 0, the default: it does not. */
  maxSteps?: number;
  /** How the learning rate falls after the warm-up; default 'constant'. */
  schedule?: Schedule;
  /** Steps over which the learning rate rises; default 0. */
  warmup?: number;
  /** Scales gradients down to this 2-norm; 0, the default: does not. */
  clip?: number;
  /** Takes each step's batch in so many parts: the same step, with less memory; default 1. */
  accumulate?: number;
  /** Steps between validations; also validated after the last step. Without it: only then. */
  validateEvery?: number;
  /** Stops after this many validations in a row without a better loss; 0, the default: it does not. */
  patience?: number;
  /** Where the run is saved, and gone on with; default: nowhere. */
  checkpoint?: CheckpointOptions;
  /** Stops after the current step; a checkpoint is written first. */
  signal?: AbortSignal;
}

/**
 * The training loop of all three stages, as a generator of events: step, validation, checkpoint, end.
 *
 * Stop it by leaving the `for await` or through `signal`; a run that is resumed from its checkpoint goes on with the
 * same data, the same random draws and the same optimizer state. Weights and optimizer stay: whoever made the task disposes of
 * them.
 *
 * @throws Error for a loss, or weights after a step, or the loss of a validation that are not finite, after the event that
 *   tells of it and without a checkpoint, so that the one before stays; for `accumulate` where the task's batches cannot be
 *   taken in parts; CheckpointError as {@link restoreCheckpoint}; whatever the task throws
 */
export async function* train<Batch>(
  task: TrainingTask<Batch>,
  options: TrainOptions = {},
): AsyncGenerator<TrainingEvent> {
  const { maxSteps = 0, schedule, warmup, validateEvery, patience = 0, checkpoint, signal } = options;
  const { parameters, optimizer } = task;
  const totalSteps = maxSteps ? Math.min(maxSteps, task.totalSteps) : task.totalSteps;
  const plan = { lr: optimizer.lr, schedule, warmup, totalSteps };
  const { progress, file, damaged }: Restored = checkpoint?.resume
    ? await resume(task, checkpoint)
    : { progress: { ...START }, file: null };
  const trainable = [...parameters.values()].filter((parameter) => parameter.trainable);
  const trainedParameters = trainable.reduce((sum, parameter) => sum + parameter.size, 0);
  yield { type: 'start', step: progress.step, totalSteps, trainedParameters, resumed: file !== null, damaged };

  let first = file === null;
  const finished = () => progress.step >= totalSteps;
  const exhausted = () => patience > 0 && progress.withoutImprovement >= patience;
  const batches = new BatchesAhead((step) => task.batch(step), totalSteps);
  while (!finished() && !exhausted()) {
    const started = performance.now();
    const lr = learningRate(progress.step, plan);
    optimizer.lr = lr;
    const { finite, ...taken } = await takeStep(task, await batches.take(progress.step), progress.step, options);
    progress.step++;
    const { step } = progress;
    yield { type: 'step', step, totalSteps, ...taken, lr, seconds: secondsSince(started), ...memory() };
    if (!Number.isFinite(taken.loss)) {
      throw new Error(`step ${step}: the loss is ${taken.loss}; a lower learning rate may help`);
    }
    if (!finite) {
      const name = await firstNotFinite(parameters);
      throw new Error(`step ${step}: ${name} is not finite after the update; a lower learning rate may help`);
    }
    if (task.validate && (finished() || (validateEvery && step % validateEvery === 0))) {
      const begun = performance.now();
      const { loss, metrics } = await task.validate();
      const best = loss < progress.bestLoss;
      progress.bestLoss = best ? loss : progress.bestLoss;
      progress.withoutImprovement = best ? 0 : progress.withoutImprovement + 1;
      yield { type: 'validation', step, loss, metrics, best, seconds: secondsSince(begun) };
      if (!Number.isFinite(loss)) throw new Error(`step ${step}: the loss of the validation is ${loss}`);
    }
    if (checkpoint && (finished() || exhausted() || signal?.aborted || step % checkpoint.every === 0)) {
      await saveCheckpoint(checkpoint.path, parameters, optimizer, progress, checkpoint.settings, first);
      first = false;
      yield { type: 'checkpoint', step, path: checkpoint.path };
    }
    if (signal?.aborted) break;
  }
  const reason = finished() ? 'finished' : exhausted() ? 'patience' : 'stopped';
  yield { type: 'end', step: progress.step, reason };
}

/** Where the run stands whose checkpoint is there; weights and optimizer are as they were. */
async function resume<Batch>(
  { parameters, optimizer }: TrainingTask<Batch>,
  { path, source, sourcePath, settings }: CheckpointOptions,
): Promise<Restored> {
  const assign = (parameter: tf.Variable, data: Float32Array) =>
    tf.tidy(() => parameter.assign(tf.tensor(data, parameter.shape, 'float32')));
  const restored = await restoreCheckpoint(source, sourcePath, parameters, optimizer, assign, settings);
  // what is damaged must not become the checkpoint before, which is the only good one
  if (restored.file !== sourcePath) await process.getBuiltinModule('node:fs/promises').rm(path, { force: true });
  return restored;
}

/** One forward, backward and update; gives the loss before the update, and whether the weights after it are finite. */
async function takeStep<Batch>(
  task: TrainingTask<Batch>,
  batch: Batch,
  step: number,
  { clip = 0, accumulate = 1 }: TrainOptions,
): Promise<{ loss: number; gradientNorm?: number; finite: boolean }> {
  const { parameters, optimizer, split } = task;
  if (accumulate > 1 && !split) throw new Error('the batches of this task cannot be taken in parts');
  const { loss, norm, zero } = tf.tidy(() => {
    const parts = accumulate > 1 ? split!(batch, accumulate) : [{ batch, weight: 1 }];
    const { loss, gradients: all } = accumulatedGradients(parts, parameters, (part, i) => task.loss(part, step, i));
    const gradients = task.restrict?.(all) ?? all;
    const clipped = clip ? clipGradients(gradients, clip) : undefined;
    optimizer.step(parameters, clipped?.gradients ?? gradients);
    return { loss, norm: clipped?.norm, zero: zeroIfFinite(parameters) };
  });
  const [value, gradientNorm, check] = await Promise.all([loss, norm, zero].map(async (x) => (await x?.data())?.[0]));
  tf.dispose([loss, norm ?? [], zero]);
  return { loss: value!, ...(norm && { gradientNorm: gradientNorm! }), finite: check === 0 };
}

const secondsSince = (start: number) => (performance.now() - start) / 1000;

function memory(): { tensors: number; rss?: number } {
  const { numTensors: tensors } = tf.memory();
  const rss = globalThis.process?.memoryUsage?.rss();
  return { tensors, ...(rss !== undefined && { rss }) };
}
