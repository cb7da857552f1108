import { type LlamaConfig, llamaConfig } from './config.ts';
import { LlamaError, mismatch } from './errors.ts';
import { JsonFields } from './json-fields.ts';
import { parseRope, type RopeJson, ropeJson } from './rope-json.ts';

/**
 * Reads a Hugging Face config.json as transformers 5.18 does: fields that are not there have its defaults, and the RoPE
 * settings may be spelt as `rope_parameters` or, as before, `rope_theta` with `rope_scaling`.
 *
 * @param json the parsed file.
 * @param file its name, for messages.
 * @throws LlamaError for what this runtime cannot compute: other model types, biases, quantized weights, other
 *   activations, unknown RoPE types; for fields of the wrong type; and for settings with which no score is a number.
 */
export function parseConfig(json: unknown, file = 'config.json'): LlamaConfig {
  const fields = new JsonFields(json, file);
  fields.only('model_type', 'llama');
  fields.only('hidden_act', 'silu', 'swish'); // two names of one function
  fields.only('attention_bias', false);
  fields.only('mlp_bias', false);
  fields.only('is_causal', true);
  fields.only('per_layer_config', null);
  fields.only('quantization_config', null);
  const heads = fields.number('num_attention_heads', 32);
  const hiddenSize = fields.number('hidden_size', 4096);
  const maxPositionEmbeddings = fields.number('max_position_embeddings', 2048);
  const rope = parseRope(fields, maxPositionEmbeddings);
  const orNull = (key: string, value: number) => (fields.json[key] === null ? value : fields.number(key, value));
  try {
    return llamaConfig({
      vocabSize: fields.number('vocab_size', 32_000),
      hiddenSize,
      intermediateSize: fields.number('intermediate_size', 11_008),
      numHiddenLayers: fields.number('num_hidden_layers', 32),
      numAttentionHeads: heads,
      numKeyValueHeads: orNull('num_key_value_heads', heads),
      headDim: orNull('head_dim', hiddenSize / heads),
      rmsNormEps: fields.number('rms_norm_eps', 1e-6),
      ropeTheta: rope.ropeTheta,
      ropeScaling: rope.ropeScaling,
      maxPositionEmbeddings,
      tieWordEmbeddings: fields.boolean('tie_word_embeddings', false),
      initializerRange: fields.number('initializer_range', 0.02),
      bosTokenId: fields.tokenId('bos_token_id'),
      eosTokenIds: fields.tokenIds('eos_token_id'),
      padTokenId: fields.tokenId('pad_token_id'),
    });
  } catch (error) {
    if (!(error instanceof LlamaError) || error.file !== undefined) throw error;
    const { field = '', expected = '', found = '' } = error;
    throw mismatch({ file, field: inTheFile(field, rope) }, expected, found);
  }
}

/** `rope_parameters.low_freq_factor`, say, for `ropeScaling.lowFreqFactor`. */
function inTheFile(field: string, { key }: RopeJson): string {
  return field.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`).replace('rope_scaling', key);
}

/**
 * A config.json that every version of transformers reads, with both spellings of the RoPE settings; its dtype is float32,
 * as the weights are here.
 */
export function configJson(config: LlamaConfig): Record<string, unknown> {
  const { ropeScaling, ropeTheta, eosTokenIds } = config;
  const scaling = ropeJson(ropeScaling);
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
    rope_parameters: { ...scaling, rope_theta: ropeTheta },
    rope_scaling: ropeScaling.type === 'default' ? null : scaling,
    rope_theta: ropeTheta,
    tie_word_embeddings: config.tieWordEmbeddings,
    torch_dtype: 'float32',
    use_cache: true,
    vocab_size: config.vocabSize,
  };
}
