import { stat } from 'node:fs/promises';
import { basename, dirname } from 'node:path';
import {
  type Dtype,
  openSafetensors,
  openTorchCheckpoint,
  type TensorData,
  type TensorInfo,
} from '@heartllm/safetensors';
import { isMissing } from '@heartllm/source';
import { folderSource } from '@heartllm/source/node';
import { ImportError } from './import-error.ts';

/** A tensor of a checkpoint; its values stay in the file until they are read. */
export interface CheckpointTensor {
  /** As the file has it. */
  stored: string;
  dtype: Dtype;
  shape: number[];
  read(): Promise<TensorData>;
}

/** A file of tensors as training leaves it. */
export interface Checkpoint {
  /** Its name without folders, for messages. */
  file: string;
  /** By name, without the segments that PyTorch's wrappers put into it. */
  tensors: Map<string, CheckpointTensor>;
  /** What else was saved and is not read, by name: 'argparse.Namespace', 'a sparse tensor'. */
  others: Map<string, string>;
}

/** DataParallel and DDP, torch.compile, FSDP and its checkpointing: the module that they wrap goes by these names in them. */
const WRAPPERS = new Set(['module', '_orig_mod', '_fsdp_wrapped_module', '_checkpoint_wrapped_module']);

/**
 * Opens a safetensors file, an index of shards, or what `torch.save` wrote. Links that lead out of its folder are not followed, and what is no
 * regular file is not opened.
 *
 * @throws ImportError for a folder, or two tensors that are one name without the wrappers' segments; errors of @heartllm/safetensors
 */
export async function openCheckpoint(path: string): Promise<Checkpoint> {
  const file = basename(path);
  if (await isFolder(path)) throw new ImportError(`${path}: expected a file of tensors, found a folder`);
  const source = folderSource(dirname(path));
  const opened = /\.safetensors(\.index\.json)?$/i.test(file)
    ? { ...(await openSafetensors(source, file)), others: new Map<string, string>() }
    : await openTorchCheckpoint(source, file);
  const tensors = new Map<string, CheckpointTensor>();
  for (const stored of opened.names) {
    const name = unwrapped(stored);
    const twin = tensors.get(name);
    if (twin) throw new ImportError(`${file}: tensors ${twin.stored} and ${stored} are both ${name}`);
    const { dtype, shape }: TensorInfo = opened.info(stored);
    tensors.set(name, { stored, dtype, shape, read: async () => (await opened.read(stored)).data });
  }
  return { file, tensors, others: new Map([...opened.others].map(([name, what]) => [unwrapped(name), what])) };
}

/** The values of a tensor of weights. @throws ImportError for integers, and for values that are not finite in float32 */
export async function readFloats({ file }: Checkpoint, { stored, read }: CheckpointTensor): Promise<Float32Array> {
  const data = await read();
  if (!(data instanceof Float32Array || data instanceof Float64Array)) {
    throw new ImportError(`${file}: tensor ${stored} holds integers, expected floating-point values`);
  }
  const floats = data instanceof Float32Array ? data : Float32Array.from(data);
  const spoilt = floats.findIndex((value) => !Number.isFinite(value));
  if (spoilt >= 0) {
    throw new ImportError(`${file}: tensor ${stored}: expected finite values, found ${floats[spoilt]} at ${spoilt}`);
  }
  return floats;
}

function unwrapped(name: string): string {
  return name
    .split('.')
    .filter((segment) => !WRAPPERS.has(segment))
    .join('.');
}

async function isFolder(path: string): Promise<boolean> {
  try {
    return (await stat(path)).isDirectory();
  } catch (error) {
    if (isMissing(error)) return false;
    throw error;
  }
}
