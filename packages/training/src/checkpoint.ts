import {
  checksum,
  openSafetensors,
  SafetensorsError,
  type Source,
  type TensorData,
  writeSafetensors,
} from '@heartllm/safetensors';
import { exists, isMissing } from '@heartllm/source';
import type * as tf from '@tensorflow/tfjs-core';
import type { Adam } from './optimizer.ts';

/** Where a run stands besides its weights; the data order and every random draw follow from seed and step. */
export interface Progress {
  /** Steps taken. */
  step: number;
  /** The lowest loss of a validation so far; Infinity before the first. */
  bestLoss: number;
  /** Validations in a row without a better loss. */
  withoutImprovement: number;
}

/** Where every run begins. */
export const START: Readonly<Progress> = { step: 0, bestLoss: Number.POSITIVE_INFINITY, withoutImprovement: 0 };

/** What makes a run the one that it is: seed, learning rate, number of recordings and the like; undefined: the default. */
export type RunSettings = Record<string, string | number | boolean | undefined>;

/** A checkpoint that is damaged, or does not fit the run that wants to go on from it. */
export class CheckpointError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'CheckpointError';
  }
}

type Tensors = Record<string, { shape: number[]; data: Float32Array }>;

/** Path of the checkpoint before, which a new one does not overwrite: RUN.previous.safetensors of RUN.safetensors. */
export function previousCheckpoint(path: string): string {
  return path.replace(/(\.safetensors)?$/, '.previous.safetensors');
}

/**
 * Writes weights, optimizer, progress and settings into one safetensors file, atomically, with a checksum. Node only.
 *
 * @param path file on disk, '.safetensors'
 * @param parameters by name, float32; saved as `parameter.NAME`, the optimizer's moments beside them
 * @param settings kept in the file, for {@link restoreCheckpoint} to compare
 * @param first of this run: a checkpoint that is there, and the one before it, are another run's and go. Otherwise, by default,
 *   it is kept as the previous one, see {@link previousCheckpoint}
 * @throws what the file system throws
 */
export async function saveCheckpoint(
  path: string,
  parameters: Map<string, tf.Variable>,
  optimizer: Adam,
  progress: Progress,
  settings: RunSettings = {},
  first = false,
): Promise<void> {
  const tensors: Tensors = {};
  for (const [name, parameter] of parameters) {
    tensors[`parameter.${name}`] = { shape: parameter.shape, data: (await parameter.data()) as Float32Array };
  }
  const state = await optimizer.state();
  for (const [name, tensor] of Object.entries(state.tensors)) tensors[`optimizer.${name}`] = tensor;
  const { rename, rm } = process.getBuiltinModule('node:fs/promises');
  if (first) await rm(previousCheckpoint(path), { force: true });
  else {
    await rename(path, previousCheckpoint(path)).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'ENOENT') throw error;
    });
  }
  const metadata = {
    progress: JSON.stringify({ ...progress, bestLoss: Number.isFinite(progress.bestLoss) ? progress.bestLoss : null }),
    optimizer: JSON.stringify({ kind: optimizer.kind, step: state.step }),
    settings: JSON.stringify(settings),
  };
  await writeSafetensors(path, tensors, { ...metadata, checksum: checksum(tensors, metadata) });
}

/** What a run goes on from. */
export interface Restored {
  /** Where the run stands; step 0 where it begins again. */
  progress: Progress;
  /** The file that said so; null where the only one there is is damaged, so that the run begins again. */
  file: string | null;
  /** What is wrong with a newer one, if there is one. */
  damaged?: string;
}

/**
 * Restores weights and optimizer in place, from the previous checkpoint where the last one is damaged or was never
 * finished. Where the first one of all is damaged nothing is changed.
 *
 * @param path of the last checkpoint, inside the source
 * @param assign puts the values of a parameter into it, as many as it has, row by row
 * @param settings of the run that wants to go on
 * @throws CheckpointError when neither can be read, the settings are others, a parameter is missing, unknown or of another
 *   shape, or the optimizer is another one; nothing is changed then
 */
export async function restoreCheckpoint(
  source: Source,
  path: string,
  parameters: Map<string, tf.Variable>,
  optimizer: Adam,
  assign: (parameter: tf.Variable, data: Float32Array) => void,
  settings: RunSettings = {},
): Promise<Restored> {
  const { content, damaged } = await readNewest(source, path);
  if (!content) return { progress: { ...START }, file: null, damaged };
  const { tensors, metadata, file } = content;
  const { kind, step } = JSON.parse(metadata.optimizer) as { kind: string; step: number };
  if (kind !== optimizer.kind) {
    throw new CheckpointError(`${file}: expected the state of ${optimizer.kind}, found ${kind}`);
  }
  checkSettings(file, JSON.parse(metadata.settings) as RunSettings, settings);
  const unknown = Object.keys(tensors).find(
    (key) => key.startsWith('parameter.') && !parameters.has(key.slice('parameter.'.length)),
  );
  if (unknown) throw new CheckpointError(`${file}: ${unknown} is no part of this network`);
  for (const [name, parameter] of parameters) {
    const tensor = tensors[`parameter.${name}`];
    if (!tensor) throw new CheckpointError(`${file}: parameter.${name} is missing`);
    if (tensor.shape.join() !== parameter.shape.join()) {
      throw new CheckpointError(
        `${file}: parameter.${name}: expected shape [${parameter.shape}], found [${tensor.shape}]`,
      );
    }
  }
  // everything was read and checked: only now is anything changed
  const moments: Tensors = {};
  for (const [key, tensor] of Object.entries(tensors)) {
    if (key.startsWith('optimizer.')) moments[key.slice('optimizer.'.length)] = tensor;
    else assign(parameters.get(key.slice('parameter.'.length))!, tensor.data);
  }
  optimizer.restore(step, moments);
  const progress = JSON.parse(metadata.progress) as Progress & { bestLoss: number | null };
  return { progress: { ...progress, bestLoss: progress.bestLoss ?? Number.POSITIVE_INFINITY }, file, damaged };
}

interface Content {
  file: string;
  tensors: Tensors;
  metadata: Record<string, string>;
}

/**
 * The last checkpoint or the one before; without content where the first one of all is damaged.
 *
 * @throws CheckpointError when there is none, or both are damaged; what the source throws for one that cannot be read now: it may be whole
 */
async function readNewest(source: Source, path: string): Promise<{ content?: Content; damaged?: string }> {
  const before = previousCheckpoint(path);
  const failures: string[] = [];
  for (const file of [path, before]) {
    try {
      return { content: await readVerified(source, file), damaged: failures[0] };
    } catch (error) {
      const isDamaged = error instanceof CheckpointError || error instanceof SafetensorsError;
      if (!isDamaged && !isMissing(error)) throw error;
      failures.push((error as Error).message);
      if (isDamaged && file === path && !(await exists(source, before))) return { damaged: failures[0] };
    }
  }
  throw new CheckpointError(failures.join('; '));
}

async function readVerified(source: Source, path: string): Promise<Content> {
  const file = await openSafetensors(source, path);
  const tensors: Record<string, { shape: number[]; data: TensorData }> = {};
  for (const name of file.names) tensors[name] = await file.read(name);
  const { checksum: written, ...metadata } = file.metadata;
  if (written !== checksum(tensors, metadata)) {
    throw new CheckpointError(`${path}: damaged, it does not hold what was written`);
  }
  const spoilt = file.names.find(
    (name) => name.startsWith('parameter.') && !(tensors as Tensors)[name].data.every(Number.isFinite),
  );
  if (spoilt) throw new CheckpointError(`${path}: ${spoilt} is not finite`);
  return { file: path, tensors: tensors as Tensors, metadata };
}

function checkSettings(path: string, found: RunSettings, wanted: RunSettings): void {
  for (const field of new Set([...Object.keys(found), ...Object.keys(wanted)])) {
    if (found[field] !== wanted[field]) {
      throw new CheckpointError(
        `${path}: is of another run, ${field}: expected ${wanted[field] ?? 'the default'}, found ${found[field] ?? 'the default'}`,
      );
    }
  }
}
