import { openSafetensors, type Source, writeSafetensors } from '@heartllm/safetensors';
import type * as tf from '@tensorflow/tfjs-core';
import type { Adam } from './optimizer.ts';

/** Where a run stands besides its weights; the data order and every random draw follow from seed and step. */
export interface Progress {
  /** Steps taken. */
  step: number;
  bestLoss: number;
  /** Validations in a row without a better loss. */
  withoutImprovement: number;
}

/** A checkpoint that does not fit the run that wants to go on from it. */
export class CheckpointError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'CheckpointError';
  }
}

/** Writes weights, optimizer and progress into one safetensors file, atomically. Node only. */
export async function saveCheckpoint(
  path: string,
  parameters: Map<string, tf.Variable>,
  optimizer: Adam,
  progress: Progress,
): Promise<void> {
  const tensors: Record<string, { shape: number[]; data: Float32Array }> = {};
  for (const [name, parameter] of parameters) {
    tensors[`parameter.${name}`] = { shape: parameter.shape, data: (await parameter.data()) as Float32Array };
  }
  const state = await optimizer.state();
  for (const [name, tensor] of Object.entries(state.tensors)) tensors[`optimizer.${name}`] = tensor;
  await writeSafetensors(path, tensors, {
    progress: JSON.stringify({ ...progress, bestLoss: Number.isFinite(progress.bestLoss) ? progress.bestLoss : null }),
    optimizer: JSON.stringify({ kind: optimizer.kind, step: state.step }),
  });
}

/**
 * Restores weights and optimizer in place.
 *
 * @throws CheckpointError when a parameter is missing, unknown or of another shape, or the optimizer is another one
 */
export async function restoreCheckpoint(
  source: Source,
  path: string,
  parameters: Map<string, tf.Variable>,
  optimizer: Adam,
  assign: (parameter: tf.Variable, data: Float32Array) => void,
): Promise<Progress> {
  const file = await openSafetensors(source, path);
  const { kind, step } = JSON.parse(file.metadata.optimizer ?? '{}') as { kind?: string; step?: number };
  if (kind !== optimizer.kind || step === undefined) {
    throw new CheckpointError(`${path}: expected the state of ${optimizer.kind}, found ${kind ?? 'none'}`);
  }
  const unknown = file.names.find(
    (key) => key.startsWith('parameter.') && !parameters.has(key.slice('parameter.'.length)),
  );
  if (unknown) throw new CheckpointError(`${path}: ${unknown} is no part of this network`);
  const moments: Record<string, { shape: number[]; data: Float32Array }> = {};
  const read: [tf.Variable, Float32Array][] = [];
  for (const [name, parameter] of parameters) {
    const key = `parameter.${name}`;
    if (!file.names.includes(key)) throw new CheckpointError(`${path}: ${key} is missing`);
    const { shape, data } = await file.read(key);
    if (shape.join() !== parameter.shape.join()) {
      throw new CheckpointError(`${path}: ${key}: expected shape [${parameter.shape}], found [${shape}]`);
    }
    read.push([parameter, data as Float32Array]);
  }
  for (const key of file.names.filter((name) => name.startsWith('optimizer.'))) {
    const { shape, data } = await file.read(key);
    moments[key.slice('optimizer.'.length)] = { shape, data: data as Float32Array };
  }
  // everything was read and checked: only now is anything changed
  for (const [parameter, data] of read) assign(parameter, data);
  optimizer.restore(step, moments);
  const progress = JSON.parse(file.metadata.progress ?? '{}') as Progress & { bestLoss: number | null };
  return { ...progress, bestLoss: progress.bestLoss ?? Number.POSITIVE_INFINITY };
}
