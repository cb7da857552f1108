import { basename, dirname } from 'node:path';
import { folderSource } from '@heartllm/ecg-io/node';
import type { TokenizerConfig } from '@heartllm/lead-encoder/config';
import { openSafetensors, openTorchCheckpoint, type TensorInfo } from '@heartllm/safetensors';
import { writeTokenizerFolder } from '../files/tokenizer-folder.ts';
import { checkReplaceable } from '../files/write-folder.ts';
import type { ImportOptions } from './import-part.ts';
import { ImportError, planTokenizer } from './plan-tokenizer.ts';

/** Names, shapes and lazily read values: what safetensors files and PyTorch checkpoints have in common. */
interface Tensors {
  names: string[];
  info(name: string): TensorInfo;
  read(name: string): Promise<{ data: ArrayLike<number> | ArrayLike<bigint> }>;
}

export interface ImportedTokenizer {
  tensors: number;
  parameters: number;
  config: TokenizerConfig;
}

/**
 * Makes a model folder of a tokenizer checkpoint: the best.pt of the published training, or a safetensors file with
 * the state_dict's names. The encoder alone is enough.
 *
 * @throws ImportError, or an error of @heartllm/safetensors, naming the tensor or byte; FolderExistsError. Nothing is
 *   left behind then.
 */
export async function importTokenizer(
  file: string,
  out: string,
  { replace, signal }: ImportOptions,
): Promise<ImportedTokenizer> {
  await checkReplaceable(out, replace); // before the work
  const source = folderSource(dirname(file));
  const checkpoint: Tensors = /\.safetensors(\.index\.json)?$/.test(file)
    ? await openSafetensors(source, basename(file))
    : await openTorchCheckpoint(source, basename(file));
  const infos = checkpoint.names.map((name) => ({ name, shape: checkpoint.info(name).shape }));
  const { config, rename } = planTokenizer(infos, basename(file));

  const tensors: Record<string, { shape: number[]; data: Float32Array }> = {};
  let parameters = 0;
  for (const [stored, name] of rename) {
    signal.throwIfAborted();
    const data = floats((await checkpoint.read(stored)).data, stored, file);
    parameters += data.length;
    tensors[name] = { shape: checkpoint.info(stored).shape, data };
  }
  await writeTokenizerFolder(out, replace, {
    config,
    tensors,
    about: {
      name: basename(out),
      description: `ECG tokenizer imported from ${basename(file)}${config.decoder ? '' : ' (encoder only)'}`,
      license: `that of ${basename(file)}`,
      training: `Not trained here: weights imported from ${basename(file)}.`,
    },
  });
  return { tensors: rename.size, parameters, config };
}

function floats(data: ArrayLike<number> | ArrayLike<bigint>, name: string, file: string): Float32Array {
  if (data instanceof Float32Array) return data;
  if (data instanceof Float64Array) return Float32Array.from(data);
  throw new ImportError(`${basename(file)}: tensor ${name} holds integers, expected floating-point values`);
}
