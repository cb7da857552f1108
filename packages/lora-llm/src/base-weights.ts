import { openSafetensors, type Source } from '@heartllm/safetensors';
import type { LlamaConfig } from './config.ts';
import { mismatch } from './errors.ts';
import { embeddingName, headName, parameterShapes } from './parameters.ts';
import { checkWeight, type NamedWeights, namedWeights, readWeight } from './read-weights.ts';

/** The weights of a Hugging Face folder, by the names that transformers' LlamaForCausalLM has for them. */
export interface BaseWeights {
  /** The model's shape: tied only where the output layer is the embeddings, whatever the folder says. */
  config: LlamaConfig;
  /**
   * @param name as in `Llama.parameters`; that of the output layer, too, where it is the embeddings.
   * @throws LlamaError for values that are not finite.
   */
  read(name: string): Promise<Float32Array>;
}

/**
 * Opens a folder's model.safetensors or its shards, and checks that every weight is there.
 *
 * Takes what transformers takes: a LlamaModel's file, whose names lack 'model.'; tied weights of which only one is stored,
 * whichever it is; and, where both are and differ, two weights that are not tied.
 *
 * @param path of model.safetensors.
 * @throws LlamaError for a tensor that is missing, unknown, of the wrong shape or type.
 */
export async function openBase(source: Source, path: string, config: LlamaConfig): Promise<BaseWeights> {
  const file = await openSafetensors(source, path);
  const { numHiddenLayers: layers, tieWordEmbeddings } = config;
  if (layers > file.names.length) {
    throw mismatch({ file: path, field: 'num_hidden_layers' }, `${layers} layers`, `${file.names.length} tensors`);
  }
  const shapes = parameterShapes({ ...config, tieWordEmbeddings: false });
  const nameOf = (name: string) => {
    const found = [name, `model.${name}`, name.replace(/^model\./, '')].find((one) => shapes.has(one));
    // buffers of old checkpoints, which transformers computes anew
    if (found || name.endsWith('.rotary_emb.inv_freq')) return found ?? null;
    throw mismatch({ file: path, field: name }, 'a tensor of the model', 'one that nothing asks for');
  };
  const weights = namedWeights(file, path, nameOf);
  const stored = (name: string) => (tieWordEmbeddings ? storedOfTied(weights, name) : name);
  for (const [name, shape] of shapes) checkWeight(weights, stored(name), shape);
  const read = (name: string) => readWeight(weights, stored(name), shapes.get(name) as number[]);
  const both = [embeddingName, headName].every((name) => weights.names.has(name));
  const tied = tieWordEmbeddings && !(both && differ(await read(embeddingName), await read(headName)));
  return { config: { ...config, tieWordEmbeddings: tied }, read };
}

/** The one of two tied weights that is in the file. */
function storedOfTied({ names }: NamedWeights, name: string): string {
  if (names.has(name)) return name;
  const other = name === headName ? embeddingName : name === embeddingName ? headName : name;
  return names.has(other) ? other : name;
}

function differ(one: Float32Array, other: Float32Array): boolean {
  return one.some((value, i) => value !== other[i]);
}
