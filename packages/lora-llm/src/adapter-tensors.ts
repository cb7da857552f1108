import type * as tf from '@tensorflow/tfjs-core';
import { LlamaError } from './errors.ts';
import type { Llama } from './llama.ts';
import { adapterPrefix, embeddingName, headName, moduleOf, parameterShapes } from './parameters.ts';

/** A tensor's values on their way to a file. */
export interface TensorValues {
  /** As PyTorch has it: [out, in] of a linear layer, [V, D] of the embeddings, [D] of a norm. */
  shape: number[];
  /** Row by row, as many as the product of `shape`. */
  data: Float32Array;
}

/**
 * PEFT's adapter_config.json for this model's LoRA and the base weights that train, or that it carries, beside it.
 *
 * @throws LlamaError where the model has no LoRA
 */
export function adapterConfig(llama: Llama): Record<string, unknown> {
  const { lora, baseName } = llama;
  if (!lora) throw new LlamaError('the model has no LoRA: call addLora first');
  const saved = modulesToSave(llama);
  return {
    alpha_pattern: lora.alphaPattern,
    auto_mapping: null,
    base_model_name_or_path: baseName,
    bias: 'none',
    // newer PEFT keeps tied embeddings tied; older ones hold two copies, so both are in the file
    ...(saved.includes('lm_head') && llama.config.tieWordEmbeddings && { ensure_weight_tying: true }),
    ...(lora.excludeModules && { exclude_modules: lora.excludeModules }),
    fan_in_fan_out: false,
    inference_mode: true,
    init_lora_weights: true,
    layers_pattern: lora.layersPattern,
    layers_to_transform: lora.layersToTransform,
    lora_alpha: lora.loraAlpha,
    lora_dropout: lora.loraDropout,
    modules_to_save: saved.length ? saved : null,
    peft_type: 'LORA',
    r: lora.r,
    rank_pattern: lora.rankPattern,
    revision: null,
    target_modules: lora.targetModules,
    task_type: 'CAUSAL_LM',
    use_dora: false,
    use_rslora: lora.useRslora,
  };
}

/**
 * The adapter's weights under the names in PEFT's adapter_model.safetensors: LoRA matrices, and in full the base weights
 * that train, or that the adapter brought, beside them. With {@link adapterConfig} as adapter_config.json a folder that
 * peft's PeftModel opens.
 */
export async function adapterTensors(llama: Llama): Promise<Record<string, TensorValues>> {
  const tensors: Record<string, TensorValues> = {};
  const saved = modulesToSave(llama);
  for (const [name, parameter] of llama.parameters) {
    if (name.startsWith(adapterPrefix)) tensors[name] = await values(parameter);
    else if (saved.some((end) => moduleOf(name).endsWith(end))) {
      tensors[`${adapterPrefix}${name}`] = await values(parameter);
    }
  }
  const head = `${adapterPrefix}${headName}`;
  if (saved.includes('lm_head') && !tensors[head]) tensors[head] = tensors[`${adapterPrefix}${embeddingName}`];
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

/** Ends of module names, as PEFT matches them, that cover the base weights that train or that the adapter brought. */
function modulesToSave({ config, parameters, brought }: Llama): string[] {
  const all = [...parameterShapes(config).keys()];
  const isSaved = (name: string) => parameters.get(name)?.trainable === true || brought.has(name);
  const ends = all.filter(isSaved).map((name) => {
    const module = moduleOf(name);
    // 'norm' alone would also match the layer norms
    const end = module === 'model.norm' ? module : (module.split('.').at(-1) as string);
    return all.every((other) => isSaved(other) || !moduleOf(other).endsWith(end)) ? end : module;
  });
  if (config.tieWordEmbeddings && ends.includes('embed_tokens')) ends.push('lm_head');
  return [...new Set(ends)];
}

async function values(parameter: tf.Variable): Promise<TensorValues> {
  return { shape: parameter.shape, data: (await parameter.data()) as Float32Array };
}
