import * as tf from '@tensorflow/tfjs-core';
import { LlamaError } from './errors.ts';
import type { Llama } from './llama.ts';
import { checkLora, type LoraConfig, loraNames, targetedModules } from './lora.ts';
import { embeddingName, headName, parameterShapes, variable } from './parameters.ts';

/** What this runtime takes from PEFT's adapter_config.json. */
export interface AdapterConfig {
  lora: Required<LoraConfig>;
  /** Ends of the names of modules whose full weights the adapter carries. */
  modulesToSave: string[];
  /** modules_to_save keeps tied embeddings tied. */
  ensureWeightTying: boolean;
}

/** The values with which PEFT's fields leave the plain LoRA that is computed here unchanged, besides null. */
const plain: Record<string, unknown> = {
  peft_type: 'LORA',
  bias: 'none',
  use_dora: false,
  use_qalora: false,
  use_bdlora: false,
  lora_bias: false,
  fan_in_fan_out: false,
};
const mustBeEmpty = [
  'rank_pattern',
  'alpha_pattern',
  'layers_to_transform',
  'layers_pattern',
  'layer_replication',
  'exclude_modules',
  'target_parameters',
  'trainable_token_indices',
  'alora_invocation_tokens',
  'arrow_config',
  'kasa_config',
  'monteclora_config',
  'velora_config',
];

/**
 * @param json the parsed adapter_config.json.
 * @throws LlamaError for other PEFT methods and variants of LoRA, naming the field.
 */
export function parseAdapterConfig(json: unknown, file = 'adapter_config.json'): AdapterConfig {
  if (typeof json !== 'object' || json === null) throw new LlamaError(`${file}: expected a JSON object`);
  const fields = json as Record<string, unknown>;
  for (const [field, value] of Object.entries(plain)) {
    const found = fields[field] ?? value;
    if (found !== value) {
      throw new LlamaError(`${file}: ${field}: only ${value} is supported, found ${JSON.stringify(found)}`);
    }
  }
  for (const field of mustBeEmpty) {
    const found = fields[field] ?? [];
    if (Object.keys(found).length || typeof found !== 'object') {
      throw new LlamaError(`${file}: ${field} is not supported, found ${JSON.stringify(found)}`);
    }
  }
  const { r, lora_alpha, lora_dropout, target_modules, modules_to_save } = fields;
  if (typeof target_modules !== 'string' && !isStrings(target_modules)) {
    throw new LlamaError(`${file}: target_modules: expected names, found ${JSON.stringify(target_modules)}`);
  }
  if (!isStrings(modules_to_save ?? [])) {
    throw new LlamaError(`${file}: modules_to_save: expected names, found ${JSON.stringify(modules_to_save)}`);
  }
  const lora = {
    r: r as number,
    loraAlpha: lora_alpha as number,
    loraDropout: (lora_dropout ?? 0) as number,
    targetModules: target_modules,
    useRslora: fields.use_rslora === true,
  };
  checkLora(lora, `${file}: `);
  return {
    lora,
    modulesToSave: (modules_to_save ?? []) as string[],
    ensureWeightTying: fields.ensure_weight_tying === true,
  };
}

function isStrings(value: unknown): value is string[] {
  return Array.isArray(value) && value.every((item) => typeof item === 'string');
}

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
  { lora, modulesToSave, ensureWeightTying }: AdapterConfig,
  names: string[],
  path: string,
  read: (name: string, shape: number[]) => Promise<Float32Array>,
): Promise<void> {
  const { config, parameters } = llama;
  const shapes = new Map<string, number[]>();
  for (const [module, { inputs, outputs }] of targetedModules(config, lora.targetModules)) {
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
  for (const end of modulesToSave) {
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
  const isSaved = (name: string) => modulesToSave.some((end) => moduleOf(name).endsWith(end));
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

const prefix = 'base_model.model.';
const moduleOf = (tensor: string) => tensor.slice(tensor.startsWith(prefix) ? prefix.length : 0, -'.weight'.length);

/** A tensor's values on their way to a file. */
export interface TensorValues {
  shape: number[];
  data: Float32Array;
}

/**
 * The adapter's weights under the names in PEFT's adapter_model.safetensors: LoRA matrices, and in full the base weights
 * that train beside them.
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

/** The base's weights under Hugging Face's names, without the LoRA. */
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

/** PEFT's adapter_config.json for this model's LoRA and the base weights that train beside it. */
export function adapterConfig(llama: Llama): Record<string, unknown> {
  const { lora, baseName } = llama;
  if (!lora) throw new LlamaError('the model has no LoRA: call addLora first');
  const saved = modulesToSave(llama);
  return {
    alpha_pattern: {},
    auto_mapping: null,
    base_model_name_or_path: baseName,
    bias: 'none',
    fan_in_fan_out: false,
    inference_mode: true,
    init_lora_weights: true,
    layers_pattern: null,
    layers_to_transform: null,
    lora_alpha: lora.loraAlpha,
    lora_dropout: lora.loraDropout,
    modules_to_save: saved.length ? saved : null,
    peft_type: 'LORA',
    r: lora.r,
    rank_pattern: {},
    revision: null,
    target_modules: lora.targetModules,
    task_type: 'CAUSAL_LM',
    use_dora: false,
    use_rslora: lora.useRslora,
  };
}

/** Ends of module names, as PEFT matches them, that cover the base weights that train. */
function modulesToSave({ config, parameters }: Llama): string[] {
  const ends = new Set<string>();
  for (const name of parameterShapes(config).keys()) {
    if (!parameters.get(name)?.trainable) continue;
    // 'norm' alone would also match the layer norms
    ends.add(name === 'model.norm.weight' ? 'model.norm' : (moduleOf(name).split('.').at(-1) as string));
  }
  if (config.tieWordEmbeddings && ends.has('embed_tokens')) ends.add('lm_head');
  return [...ends];
}
