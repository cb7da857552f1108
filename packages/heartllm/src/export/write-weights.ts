import { join } from 'node:path';
import { plainName } from '@heartllm/lora-llm';
import { type Dtype, type Safetensors, type TensorData, writeSafetensors } from '@heartllm/safetensors';
import { writeFileAtomic } from '@heartllm/source';

/** What weights can be stored as. */
export type WeightDtype = 'float32' | 'float16';

/** A tensor on its way to a file, read when it is its turn. */
export interface Weight {
  name: string;
  shape: number[];
  dtype: Dtype;
  read(): Promise<TensorData>;
}

const STORED: Record<WeightDtype, Dtype> = { float32: 'F32', float16: 'F16' };
const BYTES: Partial<Record<Dtype, number>> = { F64: 8, I64: 8, F32: 4, I32: 4, F16: 2, BF16: 2, I16: 2 };

/** Of one file: one at a time is held in memory, as float32. Hugging Face's own limit is 5 GB. */
const SHARD_VALUES = 2 ** 29;

/**
 * The tensors of a Llama's safetensors file, to be stored as `dtype`, by default as they are; by the names that transformers
 * and peft know.
 *
 * @throws SafetensorsError when one is read that the file does not hold whole
 */
export function storedWeights(file: Safetensors, dtype?: WeightDtype): Weight[] {
  return file.names.map((name) => {
    const { dtype: stored, shape } = file.info(name);
    const converts = dtype && (stored === 'F32' || stored === 'F16' || stored === 'BF16');
    const read = async () => (await file.read(name)).data;
    return { name: plainName(name), shape, dtype: converts ? STORED[dtype] : stored, read };
  });
}

/** Tensors that are in memory. */
export function weightsOf(
  tensors: Record<string, { shape: number[]; data: Float32Array }>,
  dtype: WeightDtype,
): Weight[] {
  return Object.entries(tensors).map(([name, { shape, data }]) => ({
    name,
    shape,
    dtype: STORED[dtype],
    read: async () => data,
  }));
}

/** Neighbours in one file as long as they fit. */
function planShards(weights: Weight[], limit: number): Weight[][] {
  const shards: Weight[][] = [];
  let room = 0;
  for (const weight of weights) {
    const values = size(weight);
    if (!shards.length || values > room) {
      shards.push([]);
      room = limit;
    }
    shards[shards.length - 1].push(weight);
    room -= values;
  }
  return shards;
}

/**
 * Writes weights as transformers names their files: `model.safetensors`, or shards with an index beside them.
 *
 * @param options.limit values in a file; a larger tensor has one of its own
 * @param options.signal ends it before the next tensor
 * @returns names of the files
 */
export async function writeWeights(
  folder: string,
  file: string,
  weights: Weight[],
  { limit = SHARD_VALUES, signal }: { limit?: number; signal?: AbortSignal } = {},
): Promise<string[]> {
  const shards = planShards(weights, limit);
  const stem = file.replace(/\.safetensors$/, '');
  const number = (i: number) => String(i).padStart(5, '0');
  const nameOf = (i: number) =>
    shards.length === 1 ? file : `${stem}-${number(i + 1)}-of-${number(shards.length)}.safetensors`;
  for (const [i, shard] of shards.entries()) {
    const tensors: Record<string, { dtype: Dtype; shape: number[]; data: TensorData }> = {};
    for (const { name, shape, dtype, read } of shard) {
      signal?.throwIfAborted();
      tensors[name] = { dtype, shape, data: await read() };
    }
    await writeSafetensors(join(folder, nameOf(i)), tensors, { format: 'pt' });
  }
  const files = shards.map((_, i) => nameOf(i));
  if (shards.length === 1) return files;
  const index = {
    metadata: { total_size: weights.reduce((sum, weight) => sum + size(weight) * (BYTES[weight.dtype] ?? 1), 0) },
    weight_map: Object.fromEntries(shards.flatMap((shard, i) => shard.map(({ name }) => [name, nameOf(i)]))),
  };
  await writeFileAtomic(join(folder, `${file}.index.json`), `${JSON.stringify(index, null, 2)}\n`);
  return [`${file}.index.json`, ...files];
}

/** Number of values. */
function size({ shape }: Weight): number {
  return shape.reduce((product, length) => product * length, 1);
}
