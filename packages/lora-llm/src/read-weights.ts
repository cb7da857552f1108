import type { Safetensors } from '@heartllm/safetensors';
import { mismatch } from './errors.ts';

/** The tensors of a file, by the names that they have in the model. */
export interface NamedWeights {
  /** The file, for messages. */
  path: string;
  file: Safetensors;
  /** Names in the file by names in the model. */
  names: ReadonlyMap<string, string>;
}

/**
 * Modules that training software puts around a model or parts of it, and that its names then go through: those of
 * DistributedDataParallel, torch.compile, FullyShardedDataParallel and activation checkpointing.
 */
const wrappers = /(^|\.)(?:module|_orig_mod|_fsdp_wrapped_module|_checkpoint_wrapped_module)(?=\.)/g;

/** A tensor's name without what training software put around the model: as transformers and peft take it. */
export function plainName(name: string): string {
  return name.replace(wrappers, '').replace(/^\./, '');
}

/**
 * Finds the model's names of a file's tensors.
 *
 * @param nameOf the model's name, of one that went through no wrapper; null for what is left out.
 * @throws LlamaError where two tensors are one of the model's.
 */
export function namedWeights(file: Safetensors, path: string, nameOf: (name: string) => string | null): NamedWeights {
  const names = new Map<string, string>();
  for (const stored of file.names) {
    const name = nameOf(plainName(stored));
    if (name === null) continue;
    const other = names.get(name);
    if (other !== undefined)
      throw mismatch({ file: path, field: stored }, `one tensor for ${name}`, `${other} beside it`);
    names.set(name, stored);
  }
  return { path, file, names };
}

/** Checks that a tensor is there with this shape, without reading it; `name` is the model's. */
export function checkWeight({ file, path, names }: NamedWeights, name: string, shape: number[]): void {
  const stored = names.get(name);
  if (stored === undefined) throw mismatch({ file: path, field: name }, `a tensor of shape [${shape}]`, 'nothing');
  const found = file.info(stored);
  if (found.shape.join() !== shape.join()) {
    throw mismatch({ file: path, field: stored }, `shape [${shape}]`, `[${found.shape}]`);
  }
  if (!['F64', 'F32', 'F16', 'BF16'].includes(found.dtype)) {
    throw mismatch({ file: path, field: stored }, 'F64, F32, F16 or BF16', found.dtype);
  }
}

/**
 * The values of a tensor that must be there with this shape.
 *
 * @throws LlamaError where it is not, or a value is not finite: one such weight leaves no score a number.
 */
export async function readWeight(weights: NamedWeights, name: string, shape: number[]): Promise<Float32Array> {
  checkWeight(weights, name, shape);
  const stored = weights.names.get(name) as string;
  const { data } = await weights.file.read(stored);
  const values = data instanceof Float32Array ? data : Float32Array.from(data as Float64Array);
  let bad = 0;
  while (bad < values.length && values[bad] - values[bad] === 0) bad++; // several times faster than isFinite of each
  if (bad < values.length) {
    throw mismatch({ file: weights.path, field: stored }, 'finite weights', `${values[bad]} at ${bad}`);
  }
  return values;
}
