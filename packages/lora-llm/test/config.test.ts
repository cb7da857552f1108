import { configJson, LlamaError, parseConfig } from '@heartllm/lora-llm';
import { describe, expect, test } from 'vitest';
import { readJson } from './golden.ts';

const json = await readJson<Record<string, unknown>>('tiny-llama/config.json');
const { rope_parameters, ...withoutRope } = json;

describe('config.json', () => {
  test('rope_parameters and rope_theta with rope_scaling read the same', async () => {
    const config = parseConfig(json);
    expect(config.ropeScaling).toEqual({
      type: 'llama3',
      factor: 32,
      lowFreqFactor: 1,
      highFreqFactor: 4,
      originalMaxPositionEmbeddings: 8192,
    });
    expect(config.ropeTheta).toBe(500_000);
    expect(parseConfig(await readJson('tiny-llama/config.llama32-style.json'))).toEqual(config);
  });

  test('what is written reads back, in either spelling', () => {
    const config = parseConfig(json);
    const { rope_parameters: current, ...older } = configJson(config);
    expect(parseConfig(configJson(config))).toEqual(config);
    expect(parseConfig(older)).toEqual(config);
    expect(current).toEqual(rope_parameters);
  });

  test('missing fields take the defaults of transformers', () => {
    const { num_key_value_heads, head_dim, rms_norm_eps, tie_word_embeddings, ...rest } = withoutRope;
    expect(parseConfig({ ...rest, eos_token_id: [7, 8] })).toMatchObject({
      numKeyValueHeads: 8,
      headDim: 8,
      rmsNormEps: 1e-6,
      ropeTheta: 10_000,
      ropeScaling: { type: 'default' },
      tieWordEmbeddings: false,
      eosTokenIds: [7, 8],
    });
  });

  test('older RoPE settings call the type `type`', () => {
    expect(parseConfig({ ...withoutRope, rope_scaling: { type: 'linear', factor: 4 } }).ropeScaling).toEqual({
      type: 'linear',
      factor: 4,
    });
  });

  test.each([
    [{ model_type: 'mistral' }, 'model_type: expected llama, which alone is supported, found "mistral"'],
    [{ hidden_act: 'gelu' }, 'hidden_act: expected silu, which alone is supported, found "gelu"'],
    [{ attention_bias: true }, 'attention_bias: expected false, which alone is supported, found true'],
    [{ mlp_bias: true }, 'mlp_bias: expected false, which alone is supported, found true'],
    [
      { quantization_config: { bits: 4 } },
      'quantization_config: expected null, which alone is supported, found an object',
    ],
    [{ is_causal: false }, 'is_causal: expected true, which alone is supported, found false'],
    [{ per_layer_config: { 0: {} } }, 'per_layer_config: expected null, which alone is supported, found an object'],
    [{ hidden_act: null }, 'hidden_act: expected silu, which alone is supported, found null'],
    [{ tie_word_embeddings: null }, 'tie_word_embeddings: expected true or false, found null'],
    [{ rope_theta: null, rope_parameters: null }, 'rope_theta: expected a number, found null'],
    [{ vocab_size: '1002' }, 'vocab_size: expected a number, found "1002"'],
    [{ num_hidden_layers: 1.5 }, 'num_hidden_layers: expected a whole number above 0, found 1.5'],
    [{ num_key_value_heads: 3 }, 'num_key_value_heads: expected a divisor of numAttentionHeads 8, found 3'],
    [{ head_dim: 7 }, 'head_dim: expected an even number, found 7'],
    [{ eos_token_id: 'end' }, 'eos_token_id: expected token ids, found "end"'],
    [{ tie_word_embeddings: 'yes' }, 'tie_word_embeddings: expected true or false, found "yes"'],
  ])('%j is refused by name', (change, message) => {
    expect(() => parseConfig({ ...json, ...change }, 'llm/config.json')).toThrow(LlamaError);
    expect(() => parseConfig({ ...json, ...change }, 'llm/config.json')).toThrow(`llm/config.json, ${message}`);
  });

  const llama3 = { rope_type: 'llama3', factor: 8, low_freq_factor: 1, high_freq_factor: 4 };
  const yarn = { rope_type: 'yarn', factor: 4 };
  const longrope = { rope_type: 'longrope', short_factor: [1, 1, 1, 1], long_factor: [2, 2, 2, 2] };

  test.each<[string, object, string]>([
    ['rms_norm_eps', { rms_norm_eps: -1e-6 }, 'a number of 0 or more, found -0.000001'],
    ['rms_norm_eps', { rms_norm_eps: 1e300 }, 'a number of 0 or more, found 1e+300'],
    ['rope_theta', { rope_parameters: null, rope_theta: 0 }, 'a number above 0, found 0'],
    ['rope_theta', { rope_parameters: null, rope_theta: -5 }, 'a number above 0, found -5'],
    ['rope_theta', { rope_parameters: null, rope_theta: 1e-60 }, 'finite frequencies, found Infinity'],
    ['rope_scaling.factor', { rope_scaling: { type: 'linear', factor: 0 } }, 'a number above 0, found 0'],
    ['rope_scaling.factor', { rope_scaling: { type: 'dynamic', factor: -1 } }, 'a number above 0, found -1'],
    ['rope_scaling.factor', { rope_scaling: { type: 'linear' } }, 'a number, found nothing'],
    ['rope_scaling.factor', { rope_scaling: { type: 'linear', factor: '2' } }, 'a number, found "2"'],
    ['rope_scaling.low_freq_factor', { rope_scaling: { ...llama3, low_freq_factor: 0 } }, 'a number above 0, found 0'],
    [
      'rope_scaling.original_max_position_embeddings',
      { rope_scaling: { ...llama3, original_max_position_embeddings: 0 } },
      'a number above 0, found 0',
    ],
    [
      'rope_scaling.attention_factor',
      { rope_scaling: { ...yarn, attention_factor: 1e38 } },
      'a number above 0, found 1e+38',
    ],
    ['rope_scaling.beta_slow', { rope_scaling: { ...yarn, beta_slow: -1 } }, 'a number above 0, found -1'],
    ['rope_theta', { rope_scaling: yarn, rope_theta: 1 }, 'finite frequencies, found NaN'],
    [
      'rope_scaling.long_factor',
      { rope_scaling: { ...longrope, long_factor: [1, 0, 1, 1] } },
      'a number above 0, found 0',
    ],
    ['rope_scaling.short_factor', { rope_scaling: { ...longrope, short_factor: [1] } }, '4 factors, found 1'],
    [
      'rope_scaling.attention_factor',
      { rope_scaling: { ...longrope, original_max_position_embeddings: 1 } },
      'a number above 0, found Infinity',
    ],
    [
      'rope_scaling.rope_type',
      { rope_scaling: { rope_type: 'mrope' } },
      'default, linear, dynamic, llama3, yarn, longrope or proportional, found "mrope"',
    ],
    [
      'rope_parameters.type',
      { rope_parameters: { type: 'su' } },
      'default, linear, dynamic, llama3, yarn, longrope or proportional, found "su"',
    ],
    ['rope_scaling', { rope_scaling: [4] }, 'a JSON object, found an array of 1'],
    ['partial_rotary_factor', { partial_rotary_factor: 0.5 }, '1 with llama3, found 0.5'],
    ['initializer_range', { initializer_range: 2 }, 'a number from 0 to 1, found 2'],
    ['max_position_embeddings', { max_position_embeddings: 0 }, 'a whole number above 0, found 0'],
  ])('%s in %j, with which no score would be a number, is refused', (field, change, message) => {
    expect(() => parseConfig({ ...json, ...change }, 'llm/config.json')).toThrow(
      `llm/config.json, ${field}: expected ${message}`,
    );
  });

  test('an error says in fields of its own what the message says', () => {
    const place = { file: 'config.json', field: 'vocab_size', expected: 'a number', found: '"1002"' };
    expect(() => parseConfig({ ...json, vocab_size: '1002' })).toThrow(expect.objectContaining(place));
  });

  test.each([[null], [[]], ['llama']])('%j is not a config', (value) => {
    expect(() => parseConfig(value)).toThrow('config.json: expected a JSON object');
  });
});
