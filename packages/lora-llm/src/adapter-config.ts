import { LlamaError } from './errors.ts';
import type { Llama } from './llama.ts';
import { checkLora, type LoraConfig } from './lora.ts';
import { moduleOf, parameterShapes } from './parameters.ts';

/** What this runtime takes from PEFT's adapter_config.json. */
export interface AdapterConfig {
  /** Its path, for messages. */
  file: string;
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
    file,
    lora,
    modulesToSave: (modules_to_save ?? []) as string[],
    ensureWeightTying: fields.ensure_weight_tying === true,
  };
}

function isStrings(value: unknown): value is string[] {
  return Array.isArray(value) && value.every((item) => typeof item === 'string');
}

/**
 * PEFT's adapter_config.json for this model's LoRA and the base weights that train beside it.
 *
 * @throws LlamaError where the model has no LoRA
 */
export function adapterConfig(llama: Llama): Record<string, unknown> {
  const { lora, baseName } = llama;
  if (!lora) throw new LlamaError('the model has no LoRA: call addLora first');
  const saved = modulesToSave(llama);
  return {
    alpha_pattern: {},
    auto_mapping: null,
    base_model_name_or_path: baseName,
    bias: 'none',
    // newer PEFT keeps tied embeddings tied; older ones hold two copies, so both are in the file
    ...(saved.includes('lm_head') && llama.config.tieWordEmbeddings && { ensure_weight_tying: true }),
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
export function modulesToSave({ config, parameters }: Llama): string[] {
  const ends = new Set<string>();
  for (const name of parameterShapes(config).keys()) {
    if (!parameters.get(name)?.trainable) continue;
    // 'norm' alone would also match the layer norms
    ends.add(name === 'model.norm.weight' ? 'model.norm' : (moduleOf(name).split('.').at(-1) as string));
  }
  if (config.tieWordEmbeddings && ends.has('embed_tokens')) ends.add('lm_head');
  return [...ends];
}
