import * as tf from '@tensorflow/tfjs-core';
import { type AdapterConfig, modulesToSave } from './adapter-config.ts';
import { LlamaError } from './errors.ts';
import type { Llama } from './llama.ts';
import { loraNames, targetedModules } from './lora.ts';
import { embeddingName, headName, moduleOf, parameterShapes, adapterPrefix as prefix, variable } from './parameters.ts';

/**
 * Puts an adapter onto a base: LoRA matrices beside its linear layers, full weights in place of its own. The adapter's
 * weights are trainable afterwards, all others are frozen.
 *
 * @param names the tensors in the adapter's file.
 * @param path that file, for messages.
 * @param read the values of one of them, checked against a shape.
 */
export async function applyAdapter(
  llama: Llama,
  { file, lora, modulesToSave: ends, ensureWeightTying }: AdapterConfig,
  names: string[],
  path: string,
  read: (name: string, shape: number[]) => Promise<Float32Array>,
): Promise<void> {
  const { config, parameters } = llama;
  const shapes = new Map<string, number[]>();
  for (const [module, { inputs, outputs }] of targetedModules(config, lora.targetModules, `${file}: `)) {
    const { a, b } = loraNames(module);
    shapes.set(a, [lora.r, inputs]).set(b, [outputs, lora.r]);
  }
  const loraTensors = [...shapes.keys()];
  for (const [name, shape] of parameterShapes({ ...config, tieWordEmbeddings: false })) {
    const saved = `${prefix}${name}`;
    if (names.includes(saved)) shapes.set(saved, shape);
  }
  const unknown = names.find((name) => !shapes.has(name));
  if (unknown) throw new LlamaError(`${path}: unexpected tensor ${unknown}`);
  for (const end of ends) {
    if (!names.some((name) => moduleOf(name).endsWith(end))) {
      throw new LlamaError(`${path}: no tensor of ${end}, which modules_to_save names`);
    }
  }

  llama.setTrainable(() => false);
  llama.lora = lora;
  for (const name of loraTensors) {
    const shape = shapes.get(name) as number[];
    parameters.set(name, variable(await read(name, shape), shape));
  }
  const isSaved = (name: string) => ends.some((end) => moduleOf(name).endsWith(end));
  const full = [...shapes.keys()].filter((name) => !loraTensors.includes(name));
  // PEFT trains a copy of the embeddings, so the output layer of a tied base stays what it was unless it is saved too
  const head = `${prefix}${headName}`;
  const embedding = `${prefix}${embeddingName}`;
  if (config.tieWordEmbeddings && !ensureWeightTying && [head, embedding].some((n) => full.includes(n) && isSaved(n))) {
    const tied = parameters.get(embeddingName) as tf.Variable;
    parameters.set(headName, tf.variable(tied, false));
    llama.config = { ...config, tieWordEmbeddings: false };
  }
  for (const name of full) {
    const shape = shapes.get(name) as number[];
    const target = parameters.get(name.slice(prefix.length));
    if (!target) continue; // the copy of a tied embedding
    const values = tf.tensor(await read(name, shape), shape);
    target.assign(values);
    values.dispose();
    target.trainable = isSaved(name);
  }
}

/** A tensor's values on their way to a file. */
export interface TensorValues {
  /** As PyTorch has it: [out, in] of a linear layer, [V, D] of the embeddings, [D] of a norm. */
  shape: number[];
  /** Row by row, as many as the product of `shape`. */
  data: Float32Array;
}

/**
 * The adapter's weights under the names in PEFT's adapter_model.safetensors: LoRA matrices, and in full the base weights
 * that train beside them. With {@link adapterConfig} as adapter_config.json a folder that peft's PeftModel opens.
 */
export async function adapterTensors(llama: Llama): Promise<Record<string, TensorValues>> {
  const tensors: Record<string, TensorValues> = {};
  const saved = modulesToSave(llama);
  for (const [name, parameter] of llama.parameters) {
    if (name.startsWith(prefix)) tensors[name] = await values(parameter);
    else if (saved.some((end) => moduleOf(name).endsWith(end))) tensors[`${prefix}${name}`] = await values(parameter);
  }
  const head = `${prefix}${headName}`;
  if (saved.includes('lm_head') && !tensors[head]) tensors[head] = tensors[`${prefix}${embeddingName}`];
  return tensors;
}

/**
 * The base's weights under Hugging Face's names, without the LoRA. With {@link configJson} as config.json and these as
 * model.safetensors a folder that transformers opens.
 */
export async function baseTensors(llama: Llama): Promise<Record<string, TensorValues>> {
  const tensors: Record<string, TensorValues> = {};
  for (const name of parameterShapes(llama.config).keys()) {
    tensors[name] = await values(llama.parameters.get(name) as tf.Variable);
  }
  return tensors;
}

async function values(parameter: tf.Variable): Promise<TensorValues> {
  return { shape: parameter.shape, data: (await parameter.data()) as Float32Array };
}
