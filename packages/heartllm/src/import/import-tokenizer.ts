import { basename } from 'node:path';
import type { TokenizerConfig } from '@heartllm/lead-encoder/config';
import { writeTokenizerFolder } from '../files/tokenizer-folder.ts';
import { checkReplaceable } from '../files/write-folder.ts';
import { summarize } from './choose-prefix.ts';
import type { ImportOptions } from './import-part.ts';
import { type Checkpoint, openCheckpoint, readFloats } from './open-checkpoint.ts';
import { planTokenizer } from './plan-tokenizer.ts';

export interface ImportedTokenizer {
  tensors: number;
  parameters: number;
  config: TokenizerConfig;
  /** What else the checkpoint holds, which was not taken: 'optimizer (74 tensors)'. */
  leftOut: string[];
}

/** An ECG tokenizer out of a checkpoint, in memory. */
export interface ReadTokenizer {
  config: TokenizerConfig;
  /** By their state_dict's names. */
  tensors: Record<string, { shape: number[]; data: Float32Array }>;
  parameters: number;
  /** Names of the tensors that are no part of it. */
  leftOut: string[];
}

/**
 * Makes a model folder of a tokenizer checkpoint: the best.pt of the published training, or a safetensors file with
 * the state_dict's names. The encoder alone is enough; what training left beside the tokenizer is not taken.
 *
 * @throws ImportError, or an error of @heartllm/safetensors, naming the tensor or byte; FolderExistsError. Nothing is
 *   left behind then.
 */
export async function importTokenizer(
  path: string,
  out: string,
  { replace, signal, prefix }: ImportOptions & { prefix?: string | undefined },
): Promise<ImportedTokenizer> {
  await checkReplaceable(out, replace); // before the work
  const checkpoint = await openCheckpoint(path);
  const { config, tensors, parameters, leftOut } = await readTokenizer(checkpoint, prefix, signal);
  const { file } = checkpoint;
  await writeTokenizerFolder(out, replace, {
    config,
    tensors,
    about: {
      name: basename(out),
      description: `ECG tokenizer imported from ${file}${config.decoder ? '' : ' (encoder only)'}`,
      license: `that of ${file}`,
      training: `Not trained here: weights imported from ${file}.`,
    },
  });
  return { tensors: Object.keys(tensors).length, parameters, config, leftOut: summarize(leftOut) };
}

/** Finds the ECG tokenizer in a checkpoint and reads it. @throws as {@link importTokenizer} */
export async function readTokenizer(
  checkpoint: Checkpoint,
  prefix: string | undefined,
  signal: AbortSignal,
): Promise<ReadTokenizer> {
  const { file, others } = checkpoint;
  const shapes = [...checkpoint.tensors].map(([name, { shape }]) => ({ name, shape }));
  const { config, rename, leftOut } = planTokenizer(shapes, file, { prefix, others });
  const tensors: ReadTokenizer['tensors'] = {};
  let parameters = 0;
  for (const [name, own] of rename) {
    signal.throwIfAborted();
    const tensor = checkpoint.tensors.get(name)!; // the plan is made of them
    const data = await readFloats(checkpoint, tensor);
    parameters += data.length;
    tensors[own] = { shape: tensor.shape, data };
  }
  return { config, tensors, parameters, leftOut };
}
