import { show } from '@heartllm/source';
import { isObject, isStrings, JsonFields } from './json-fields.ts';
import { checkLora, type LoraConfig } from './lora-config.ts';

/** What this runtime takes from PEFT's adapter_config.json. */
export interface AdapterConfig {
  /** Its path, for messages. */
  file: string;
  lora: LoraConfig;
  /** Ends of the names of modules whose full weights the adapter carries; what matches nothing counts for nothing. */
  modulesToSave: string[];
  /** modules_to_save keeps tied embeddings tied. */
  ensureWeightTying: boolean;
  /** Ids by ends of the names of the embeddings or the output layer: rows that the adapter carries. */
  tokenIndices: [end: string, ids: number[]][];
}

/** The values with which PEFT's fields leave the plain LoRA that is computed here unchanged; the first is the default. */
const plain: Record<string, (string | boolean | null)[]> = {
  peft_type: ['LORA'],
  use_dora: [false, null],
  use_qalora: [false, null],
  use_bdlora: [null, false],
  lora_bias: [false, null],
  // Llama's layers have no biases, and peft itself takes fan_in_fan_out back for linear layers
  bias: ['none', 'all', 'lora_only', null],
  fan_in_fan_out: [false, true, null],
};

const mustBeEmpty = [
  'layer_replication',
  'target_parameters',
  'alora_invocation_tokens',
  'megatron_config',
  'arrow_config',
  'kasa_config',
  'monteclora_config',
  'velora_config',
];

/** Beginnings of A and B that leave the base as it is, besides true and false. */
const innocentStarts = ['gaussian', 'eva', 'orthogonal', 'mica'];

/**
 * @param json the parsed adapter_config.json.
 * @throws LlamaError for other PEFT methods and variants of LoRA, and for adapters of another base than the one that is
 *   stored (PiSSA, OLoRA and their like), naming the field.
 */
export function parseAdapterConfig(json: unknown, file = 'adapter_config.json'): AdapterConfig {
  const fields = new JsonFields(json, file);
  for (const [field, values] of Object.entries(plain)) fields.only(field, ...values);
  for (const field of mustBeEmpty) {
    const found = fields.json[field] ?? [];
    if (typeof found !== 'object' || Object.keys(found).length)
      throw fields.wrong(field, 'nothing, as it is not supported');
  }
  const start = fields.json.init_lora_weights ?? true;
  if (typeof start !== 'boolean' && !(typeof start === 'string' && innocentStarts.includes(start.toLowerCase()))) {
    throw fields.wrong(
      'init_lora_weights',
      `true, false, ${innocentStarts.join(', ')} (others change the weights of the base; peft takes that into A and B when ` +
        'it saves with path_initial_model_for_weight_conversion)',
    );
  }
  const names = (field: string) => {
    const found = fields.json[field] ?? null;
    if (found !== null && typeof found !== 'string' && !isStrings(found)) throw fields.wrong(field, 'names');
    return found;
  };
  const modulesToSave = names('modules_to_save') ?? [];
  if (typeof modulesToSave === 'string') throw fields.wrong('modules_to_save', 'a list of names');
  const lora: LoraConfig = {
    r: fields.number('r', 8),
    loraAlpha: fields.number('lora_alpha', 8),
    loraDropout: fields.number('lora_dropout', 0),
    targetModules: names('target_modules') ?? ['q_proj', 'v_proj'], // PEFT's own choice for a Llama
    useRslora: fields.json.use_rslora === null ? false : fields.boolean('use_rslora', false),
    rankPattern: numbersByName(fields, 'rank_pattern'),
    alphaPattern: numbersByName(fields, 'alpha_pattern'),
    layersToTransform: layers(fields),
    layersPattern: names('layers_pattern'),
    excludeModules: names('exclude_modules'),
  };
  checkLora(lora, file);
  return {
    file,
    lora,
    modulesToSave,
    ensureWeightTying: fields.json.ensure_weight_tying === true,
    tokenIndices: tokenIndices(fields),
  };
}

function numbersByName(fields: JsonFields, field: string): Record<string, number> {
  const found = fields.json[field] ?? {};
  if (!isObject(found) || Object.values(found).some((value) => typeof value !== 'number')) {
    throw fields.wrong(field, 'numbers by name');
  }
  return found as Record<string, number>;
}

function layers(fields: JsonFields): number | number[] | null {
  const found = fields.json.layers_to_transform ?? null;
  if (found !== null && ![found].flat().every((layer) => Number.isSafeInteger(layer))) {
    throw fields.wrong('layers_to_transform', 'whole numbers');
  }
  return found as number | number[] | null;
}

function tokenIndices(fields: JsonFields): [string, number[]][] {
  const field = 'trainable_token_indices';
  const found = fields.json[field] ?? null;
  if (found === null) return [];
  const byName = isObject(found) ? found : { embed_tokens: found };
  return Object.entries(byName).map(([name, ids]) => {
    if (!Array.isArray(ids) || !ids.length || !ids.every((id) => Number.isSafeInteger(id))) {
      throw fields.wrong(field, `token ids for ${show(name)}`);
    }
    return [name, ids as number[]];
  });
}
