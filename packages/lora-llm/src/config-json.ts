import { type LlamaConfig, llamaConfig, type RopeScaling } from './config.ts';
import { LlamaError } from './errors.ts';

type Json = Record<string, unknown>;

/**
 * Reads a Hugging Face config.json: transformers 5's `rope_parameters`, and the older `rope_theta` with `rope_scaling`.
 *
 * @param json the parsed file.
 * @param file its name, for messages.
 * @throws LlamaError for what this runtime cannot compute: other model types, biases, quantized weights, other
 *   activations, unknown RoPE types; and for fields that are missing or of the wrong type.
 */
export function parseConfig(json: unknown, file = 'config.json'): LlamaConfig {
  const fields = new Fields(json, file);
  fields.only('model_type', 'llama');
  fields.only('hidden_act', 'silu');
  fields.only('attention_bias', false);
  fields.only('mlp_bias', false);
  fields.only('quantization_config', null);
  const [ropeTheta, ropeScaling] = parseRope(fields);
  const heads = fields.number('num_attention_heads');
  const hiddenSize = fields.number('hidden_size');
  const eos = fields.json.eos_token_id ?? [];
  try {
    return llamaConfig({
      vocabSize: fields.number('vocab_size'),
      hiddenSize,
      intermediateSize: fields.number('intermediate_size'),
      numHiddenLayers: fields.number('num_hidden_layers'),
      numAttentionHeads: heads,
      numKeyValueHeads: fields.number('num_key_value_heads', heads),
      headDim: fields.number('head_dim', hiddenSize / heads),
      rmsNormEps: fields.number('rms_norm_eps', 1e-6),
      ropeTheta,
      ropeScaling,
      maxPositionEmbeddings: fields.number('max_position_embeddings', 2048),
      tieWordEmbeddings: fields.boolean('tie_word_embeddings', false),
      initializerRange: fields.number('initializer_range', 0.02),
      bosTokenId: fields.tokenId('bos_token_id', fields.json.bos_token_id),
      eosTokenIds: (Array.isArray(eos) ? eos : [eos]).map((id) => fields.tokenId('eos_token_id', id) as number),
      padTokenId: fields.tokenId('pad_token_id', fields.json.pad_token_id),
    });
  } catch (error) {
    if (error instanceof LlamaError && !error.message.startsWith(file)) {
      throw new LlamaError(`${file}: ${error.message}`);
    }
    throw error;
  }
}

/**
 * A config.json that every version of transformers reads, with both spellings of the RoPE settings; its dtype is float32,
 * as the weights are here.
 */
export function configJson(config: LlamaConfig): Record<string, unknown> {
  const { ropeScaling: rope, eosTokenIds } = config;
  const scaling = {
    rope_type: rope.type,
    ...(rope.type !== 'default' && { factor: rope.factor }),
    ...(rope.type === 'llama3' && {
      low_freq_factor: rope.lowFreqFactor,
      high_freq_factor: rope.highFreqFactor,
      original_max_position_embeddings: rope.originalMaxPositionEmbeddings,
    }),
  };
  return {
    architectures: ['LlamaForCausalLM'],
    attention_bias: false,
    attention_dropout: 0,
    bos_token_id: config.bosTokenId,
    dtype: 'float32',
    eos_token_id: eosTokenIds.length > 1 ? eosTokenIds : (eosTokenIds[0] ?? null),
    head_dim: config.headDim,
    hidden_act: 'silu',
    hidden_size: config.hiddenSize,
    initializer_range: config.initializerRange,
    intermediate_size: config.intermediateSize,
    max_position_embeddings: config.maxPositionEmbeddings,
    mlp_bias: false,
    model_type: 'llama',
    num_attention_heads: config.numAttentionHeads,
    num_hidden_layers: config.numHiddenLayers,
    num_key_value_heads: config.numKeyValueHeads,
    pad_token_id: config.padTokenId,
    rms_norm_eps: config.rmsNormEps,
    rope_parameters: { ...scaling, rope_theta: config.ropeTheta },
    rope_scaling: rope.type === 'default' ? null : scaling,
    rope_theta: config.ropeTheta,
    tie_word_embeddings: config.tieWordEmbeddings,
    torch_dtype: 'float32',
    use_cache: true,
    vocab_size: config.vocabSize,
  };
}

function parseRope(fields: Fields): [theta: number, scaling: RopeScaling] {
  const { rope_parameters, rope_scaling } = fields.json;
  const key = rope_parameters ? 'rope_parameters' : 'rope_scaling';
  const rope = new Fields(rope_parameters ?? rope_scaling ?? {}, `${fields.file}: ${key}`);
  const theta = rope.number('rope_theta', fields.number('rope_theta', 10_000));
  const type = rope.json.rope_type ?? rope.json.type ?? 'default';
  if (type === 'default') return [theta, { type }];
  if (type === 'linear') return [theta, { type, factor: rope.number('factor') }];
  if (type !== 'llama3') {
    throw new LlamaError(`${rope.file}.rope_type: expected default, linear or llama3, found '${type}'`);
  }
  return [
    theta,
    {
      type,
      factor: rope.number('factor'),
      lowFreqFactor: rope.number('low_freq_factor'),
      highFreqFactor: rope.number('high_freq_factor'),
      originalMaxPositionEmbeddings: rope.number('original_max_position_embeddings'),
    },
  ];
}

/** Typed reads of a JSON object's fields. */
class Fields {
  readonly json: Json;
  readonly file: string;

  constructor(json: unknown, file: string) {
    if (typeof json !== 'object' || json === null || Array.isArray(json)) {
      throw new LlamaError(`${file}: expected a JSON object`);
    }
    this.json = json as Json;
    this.file = file;
  }

  only(key: string, supported: string | boolean | null): void {
    const value = this.json[key] ?? supported;
    if (value !== supported) {
      throw new LlamaError(`${this.file}: ${key}: only ${supported} is supported, found ${JSON.stringify(value)}`);
    }
  }

  number(key: string, fallback?: number): number {
    const value = this.json[key] ?? fallback;
    if (typeof value !== 'number' || !Number.isFinite(value)) {
      throw new LlamaError(`${this.file}: ${key}: expected a number, found ${JSON.stringify(value) ?? 'nothing'}`);
    }
    return value;
  }

  boolean(key: string, fallback: boolean): boolean {
    const value = this.json[key] ?? fallback;
    if (typeof value !== 'boolean') {
      throw new LlamaError(`${this.file}: ${key}: expected true or false, found ${JSON.stringify(value)}`);
    }
    return value;
  }

  tokenId(key: string, value: unknown): number | null {
    if (value === undefined || value === null) return null;
    if (!Number.isInteger(value)) {
      throw new LlamaError(`${this.file}: ${key}: expected a token id, found ${JSON.stringify(value)}`);
    }
    return value as number;
  }
}
