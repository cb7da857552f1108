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
    [{ model_type: 'mistral' }, 'model_type: only llama is supported, found "mistral"'],
    [{ hidden_act: 'gelu' }, 'hidden_act: only silu is supported, found "gelu"'],
    [{ attention_bias: true }, 'attention_bias: only false is supported, found true'],
    [{ mlp_bias: true }, 'mlp_bias: only false is supported, found true'],
    [{ quantization_config: { bits: 4 } }, 'quantization_config: only null is supported, found {"bits":4}'],
    [
      { rope_parameters: { rope_type: 'yarn' } },
      "rope_parameters.rope_type: expected default, linear or llama3, found 'yarn'",
    ],
    [{ rope_parameters: { rope_type: 'linear' } }, 'rope_parameters: factor: expected a number, found nothing'],
    [{ hidden_size: undefined }, 'hidden_size: expected a number, found nothing'],
    [{ vocab_size: '1002' }, 'vocab_size: expected a number, found "1002"'],
    [{ num_hidden_layers: 1.5 }, 'numHiddenLayers: expected a whole number above 0, found 1.5'],
    [{ num_key_value_heads: 3 }, 'numKeyValueHeads: expected a divisor of numAttentionHeads 8, found 3'],
    [{ head_dim: 7 }, 'headDim: expected an even number, found 7'],
    [{ eos_token_id: 'end' }, 'eos_token_id: expected a token id, found "end"'],
    [{ tie_word_embeddings: 'yes' }, 'tie_word_embeddings: expected true or false, found "yes"'],
  ])('%j is refused by name', (change, message) => {
    expect(() => parseConfig({ ...json, ...change }, 'llm/config.json')).toThrow(LlamaError);
    expect(() => parseConfig({ ...json, ...change }, 'llm/config.json')).toThrow(`llm/config.json: ${message}`);
  });

  test.each([[null], [[]], ['llama']])('%j is not a config', (value) => {
    expect(() => parseConfig(value)).toThrow('config.json: expected a JSON object');
  });
});
