import type { TokenizerConfig } from '@heartllm/lead-encoder/config';
import { parameterShapes, parseConfig } from '@heartllm/lora-llm';
import type { Dtype } from '@heartllm/safetensors';
import { jsonObject, readJson } from '@heartllm/source';
import { folderSource } from '@heartllm/source/node';
import type { EcgVocabulary } from '@heartllm/vocab-bridge';
import type { Weight } from '../export/write-weights.ts';
import { readVocabulary } from '../language-model.ts';
import { ImportError } from './import-error.ts';
import { type Checkpoint, type CheckpointTensor, readFloats } from './open-checkpoint.ts';
import type { LanguagePlan } from './plan-checkpoint.ts';

const EMBEDDING = 'model.embed_tokens.weight';
const HEAD = 'lm_head.weight';
const DTYPES: Partial<Record<Dtype, string>> = { F32: 'float32', F16: 'float16', BF16: 'bfloat16' };

/** A Llama on its way into a model folder. */
export interface FittedBase {
  /** By Hugging Face's names, as they are stored; float64 as float32. */
  weights: Weight[];
  /** config.json of the base model, changed where the finetuning changed the model. */
  config: Record<string, unknown>;
  vocabulary: EcgVocabulary;
}

/**
 * Puts the weights of a checkpoint together with the base model's config.json and tokenizer.json, and checks that they belong together: every tensor
 * that the config asks for, in its shape, and a row of the embeddings for every word, the ECG's included.
 *
 * @param llm folder of the base model
 * @throws ImportError naming the tensor, and the sizes that do not fit
 */
export async function fitBase(
  checkpoint: Checkpoint,
  { base }: LanguagePlan,
  llm: string,
  { levels }: TokenizerConfig,
): Promise<FittedBase> {
  const { file } = checkpoint;
  const source = folderSource(llm);
  const stored = jsonObject(await readJson(source, 'config.json'), 'config.json');
  const codes = levels.reduce((product, level) => product * level, 1);
  const vocabulary = await readVocabulary(source, '', codes);
  const [rows] = base.get(EMBEDDING)?.shape ?? [];
  if (rows !== vocabulary.size) {
    throw new ImportError(
      `${file}: the embeddings have ${rows} rows, tokenizer.json in ${llm} with the ECG's words has ${vocabulary.size}: it is of another Llama`,
    );
  }
  // the weights here are not packed, whatever those of the base were
  const { quantization_config: _, ...rest } = stored;
  const dtype = DTYPES[base.get(EMBEDDING)?.dtype ?? 'F32'] ?? 'float32';
  const config = { ...rest, vocab_size: rows, dtype, torch_dtype: dtype };
  const { tieWordEmbeddings } = parseConfig(config);
  const tied = tieWordEmbeddings && (await isTied(checkpoint, base));
  const tensors = new Map(base);
  if (tied) tensors.delete(HEAD);
  const fitted = { ...config, tie_word_embeddings: tied };
  checkShapes(file, tensors, parameterShapes(parseConfig(fitted)), llm);
  const weights = [...tensors].map(([name, tensor]) => weight(checkpoint, name, tensor));
  return { weights, config: fitted, vocabulary };
}

/** Whether the output layer is the embeddings; a state dict of a tied model holds them under both names. */
async function isTied(checkpoint: Checkpoint, base: Map<string, CheckpointTensor>): Promise<boolean> {
  const [embedding, head] = [base.get(EMBEDDING), base.get(HEAD)];
  if (!embedding || !head) return true;
  if (embedding.shape.join() !== head.shape.join()) return false;
  const a = await readFloats(checkpoint, embedding);
  const b = await readFloats(checkpoint, head);
  return a.every((value, i) => value === b[i]);
}

function checkShapes(
  file: string,
  tensors: Map<string, CheckpointTensor>,
  shapes: Map<string, number[]>,
  llm: string,
): void {
  for (const [name, { stored }] of tensors) {
    if (!shapes.has(name))
      throw new ImportError(`${file}: tensor ${stored} is no part of the Llama that ${llm} describes`);
  }
  for (const [name, shape] of shapes) {
    const tensor = tensors.get(name);
    if (!tensor) throw new ImportError(`${file}: tensor ${name} is missing, expected [${shape}]`);
    if (tensor.shape.join() !== shape.join()) {
      throw new ImportError(
        `${file}: tensor ${tensor.stored} has shape [${tensor.shape}], expected [${shape}] as ${llm} describes`,
      );
    }
  }
}

/** A tensor of weights on its way into a file. @throws ImportError for integers */
export function weight(checkpoint: Checkpoint, name: string, tensor: CheckpointTensor): Weight {
  const { stored, dtype, shape } = tensor;
  if (!['F64', 'F32', 'F16', 'BF16'].includes(dtype)) {
    throw new ImportError(`${checkpoint.file}: tensor ${stored}: expected floating-point values, found ${dtype}`);
  }
  return { name, shape, dtype: dtype === 'F64' ? 'F32' : dtype, read: () => readFloats(checkpoint, tensor) };
}
