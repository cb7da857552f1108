import type { Source } from '@heartllm/safetensors';
import * as tf from '@tensorflow/tfjs-core';
import { type RunSettings, restoreCheckpoint, saveCheckpoint } from './checkpoint.ts';
import type { TrainingEvent } from './events.ts';
import type { Adam } from './optimizer.ts';
import { learningRate, type Schedule } from './schedule.ts';

/** What is trained, on what, and how it is judged; the three stages each make one. */
export interface TrainingTask<Batch> {
  /** The parameters that change; those that are not trainable variables (running statistics) are saved and resumed only. */
  parameters: Map<string, tf.Variable>;
  totalSteps: number;
  /** Its learning rate is the highest one where there is a schedule. */
  optimizer: Adam;
  /** The batch of a step: a function of the step alone, so that a resumed run sees the same data. */
  batch(step: number): Promise<Batch>;
  /** Differentiable in `parameters`. */
  loss(batch: Batch, step: number): tf.Scalar;
  /** Frees what a batch holds. */
  disposeBatch?(batch: Batch): void;
  /** Judges the current weights; the lower `loss` the better. */
  validate?(): Promise<{ loss: number; metrics: Record<string, number> }>;
}

/** Where checkpoints go: `path` on disk for writing, the same file through a source for reading. Node only. */
export interface CheckpointOptions {
  path: string;
  source: Source;
  /** The checkpoint's path inside the source. */
  sourcePath: string;
  /** Steps between checkpoints. */
  every: number;
  /** Go on from the checkpoint that is there, or from the one before where it is damaged. */
  resume: boolean;
  /** Kept with it; a run with other settings does not go on from it. */
  settings?: RunSettings;
}

export interface TrainOptions {
  /** Ends after so many steps, if the task has more; 0, the default: it does not. */
  maxSteps?: number;
  /** How the learning rate falls after the warm-up; default 'constant'. */
  schedule?: Schedule;
  /** Steps over which the learning rate rises; default 0. */
  warmup?: number;
  /** Steps between validations; also validated after the last step. Without it: only then. */
  validateEvery?: number;
  /** Stops after this many validations in a row without a better loss; 0, the default: it does not. */
  patience?: number;
  checkpoint?: CheckpointOptions;
  /** Stops after the current step; a checkpoint is written first. */
  signal?: AbortSignal;
}

/**
 * The training loop of all three stages, as a generator of events: step, validation, checkpoint, end.
 *
 * Stop it by leaving the `for await` or through `signal`; a run that is resumed from its checkpoint goes on with the
 * same data, the same random draws and the same optimizer state.
 */
export async function* train<Batch>(
  task: TrainingTask<Batch>,
  options: TrainOptions = {},
): AsyncGenerator<TrainingEvent> {
  const { maxSteps = 0, schedule, warmup, validateEvery, patience = 0, checkpoint, signal } = options;
  const { parameters, optimizer } = task;
  const totalSteps = maxSteps ? Math.min(maxSteps, task.totalSteps) : task.totalSteps;
  const plan = { lr: optimizer.lr, schedule, warmup, totalSteps };
  let progress = { step: 0, bestLoss: Number.POSITIVE_INFINITY, withoutImprovement: 0 };
  if (checkpoint?.resume) {
    const { source, sourcePath, settings } = checkpoint;
    const assign = (parameter: tf.Variable, data: Float32Array) =>
      tf.tidy(() => parameter.assign(tf.tensor(data, parameter.shape, 'float32')));
    const restored = await restoreCheckpoint(source, sourcePath, parameters, optimizer, assign, settings);
    progress = restored.progress;
    // what is damaged must not become the checkpoint before, which is the only good one
    if (restored.file !== sourcePath)
      await process.getBuiltinModule('node:fs/promises').rm(checkpoint.path, { force: true });
  }
  const trainable = [...parameters.values()].filter((parameter) => parameter.trainable);
  const trainedParameters = trainable.reduce((sum, parameter) => sum + parameter.size, 0);
  yield { type: 'start', step: progress.step, totalSteps, trainedParameters, resumed: Boolean(checkpoint?.resume) };

  while (progress.step < totalSteps) {
    const started = performance.now();
    optimizer.lr = learningRate(progress.step, plan);
    const loss = await takeStep(task, progress.step);
    progress.step++;
    const { step } = progress;
    yield { type: 'step', step, totalSteps, loss, seconds: (performance.now() - started) / 1000 };
    if (!Number.isFinite(loss)) throw new Error(`step ${step}: the loss is ${loss}; a lower learning rate may help`);

    const last = step === totalSteps;
    if (task.validate && (last || (validateEvery && step % validateEvery === 0))) {
      const { loss: validationLoss, metrics } = await task.validate();
      const best = validationLoss < progress.bestLoss;
      progress.bestLoss = best ? validationLoss : progress.bestLoss;
      progress.withoutImprovement = best ? 0 : progress.withoutImprovement + 1;
      yield { type: 'validation', step, loss: validationLoss, metrics, best };
    }
    const exhausted = patience > 0 && progress.withoutImprovement >= patience;
    const stopped = signal?.aborted ?? false;
    if (checkpoint && (last || exhausted || stopped || step % checkpoint.every === 0)) {
      await saveCheckpoint(checkpoint.path, parameters, optimizer, progress, checkpoint.settings);
      yield { type: 'checkpoint', step, path: checkpoint.path };
    }
    if (!last && (exhausted || stopped)) {
      yield { type: 'end', step, reason: exhausted ? 'patience' : 'stopped' };
      return;
    }
  }
  yield { type: 'end', step: progress.step, reason: 'finished' };
}

/** One forward, backward and update; returns the loss before the update. */
async function takeStep<Batch>(task: TrainingTask<Batch>, step: number): Promise<number> {
  const { parameters, optimizer } = task;
  const batch = await task.batch(step);
  const loss = tf.tidy(() => {
    const { value, grads } = tf.variableGrads(() => task.loss(batch, step), [...parameters.values()]);
    // tfjs names variables by itself; the optimizer's state goes under the names of the checkpoint
    const gradients = new Map<string, tf.Tensor>();
    for (const [name, parameter] of parameters) {
      if (grads[parameter.name]) gradients.set(name, grads[parameter.name]);
    }
    optimizer.step(parameters, gradients);
    return value;
  });
  task.disposeBatch?.(batch);
  const value = (await loss.data())[0];
  loss.dispose();
  return value;
}
