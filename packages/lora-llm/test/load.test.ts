import {
  baseTensors,
  checkLlama,
  LlamaError,
  type LoadOptions,
  loadLlama,
  type TensorValues,
} from '@heartllm/lora-llm';
import { encodeSafetensors, type Source } from '@heartllm/safetensors';
import { useTestBackend } from '@heartllm/testing/backends';
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, test } from 'vitest';
import { fixtures, readJson } from './golden.ts';
import { changed } from './memory-source.ts';

const folder = 'tiny-llama';
const config = await readJson<Record<string, unknown>>('tiny-llama/config.json');
let tensors: Record<string, TensorValues>;

beforeAll(async () => {
  await useTestBackend('cpu');
  const llama = await loadLlama(fixtures, { folder });
  tensors = await baseTensors(llama);
  llama.dispose();
});

/** What loading says when the model's file holds these tensors. */
async function messageOf(change: Record<string, unknown>): Promise<string> {
  const merged = Object.entries({ ...tensors, ...change }).filter(([, tensor]) => tensor);
  const file = encodeSafetensors(Object.fromEntries(merged) as Record<string, TensorValues>);
  const before = tf.memory().numTensors;
  const error = await loadLlama(changed({ 'tiny-llama/model.safetensors': file }), { folder }).catch((e) => e);
  expect(error).toBeInstanceOf(LlamaError);
  expect(tf.memory().numTensors).toBe(before);
  return error.message;
}

describe('a Hugging Face folder', () => {
  test('holds the same weights when it is sharded', async () => {
    const sharded = await loadLlama(fixtures, { folder: 'tiny-llama-sharded/' });
    expect(await baseTensors(sharded)).toEqual(tensors);
    sharded.dispose();
  });

  test('in bfloat16 holds the weights rounded to 8 bits', async () => {
    const llama = await loadLlama(fixtures, { folder: 'tiny-llama-bf16' });
    for (const [name, { shape, data }] of Object.entries(await baseTensors(llama))) {
      expect(shape).toEqual(tensors[name].shape);
      data.forEach((value, i) => {
        const exact = tensors[name].data[i];
        if (Math.abs(value - exact) > Math.abs(exact) * 2 ** -8) expect.fail(`${name}[${i}]: ${value} for ${exact}`);
      });
    }
    llama.dispose();
  });

  test('in float16 and at the root of the source loads too, and an untied head is read', async () => {
    const head = { ...tensors['model.embed_tokens.weight'], data: new Float32Array(1002 * 64).fill(0.5) };
    const half = Object.entries({ ...tensors, 'lm_head.weight': head }).map(([name, t]) => [
      name,
      { ...t, dtype: 'F16' },
    ]);
    const source = changed({
      'config.json': { ...config, tie_word_embeddings: false },
      'model.safetensors': encodeSafetensors(Object.fromEntries(half)),
    });
    const llama = await loadLlama(source);
    expect((await baseTensors(llama))['lm_head.weight']).toEqual(head);
    llama.dispose();
  });

  test('may carry the head of tied embeddings and the RoPE buffers of old checkpoints', async () => {
    const file = encodeSafetensors({
      ...tensors,
      'lm_head.weight': tensors['model.embed_tokens.weight'],
      'model.layers.0.self_attn.rotary_emb.inv_freq': { shape: [4], data: new Float32Array(4) },
    });
    const llama = await loadLlama(changed({ 'tiny-llama/model.safetensors': file }), { folder });
    expect(Object.keys(await baseTensors(llama))).toEqual(Object.keys(tensors));
    llama.dispose();
  });

  test('that lacks a tensor is refused', async () => {
    expect(await messageOf({ 'model.layers.1.mlp.up_proj.weight': null })).toBe(
      'tiny-llama/model.safetensors, model.layers.1.mlp.up_proj.weight: expected a tensor of shape [176,64], found nothing',
    );
  });

  test('with a tensor of the wrong shape, type or name is refused', async () => {
    expect(await messageOf({ 'model.norm.weight': { shape: [8, 8], data: new Float32Array(64) } })).toBe(
      'tiny-llama/model.safetensors, model.norm.weight: expected shape [64], found [8,8]',
    );
    expect(await messageOf({ 'model.norm.weight': { shape: [64], data: new Int32Array(64) } })).toBe(
      'tiny-llama/model.safetensors, model.norm.weight: expected F64, F32, F16 or BF16, found I32',
    );
    expect(await messageOf({ 'model.layers.0.self_attn.q_proj.bias': { shape: [1], data: new Float32Array(1) } })).toBe(
      'tiny-llama/model.safetensors, model.layers.0.self_attn.q_proj.bias: expected a tensor of the model, found one that nothing asks for',
    );
  });

  test.each([Number.NaN, Number.POSITIVE_INFINITY])('with a weight that is %d is refused', async (value) => {
    const data = new Float32Array(64).fill(1);
    data[17] = value;
    expect(await messageOf({ 'model.norm.weight': { shape: [64], data } })).toBe(
      `tiny-llama/model.safetensors, model.norm.weight: expected finite weights, found ${value} at 17`,
    );
  });

  test('in float64 holds the weights rounded to float32', async () => {
    const data = Float64Array.from(tensors['model.norm.weight'].data, (value) => value + 1e-12);
    const file = encodeSafetensors({ ...tensors, 'model.norm.weight': { shape: [64], data } });
    const llama = await loadLlama(changed({ 'tiny-llama/model.safetensors': file }), { folder });
    expect((await baseTensors(llama))['model.norm.weight'].data).toEqual(Float32Array.from(data));
    llama.dispose();
  });

  test('is looked at by checkLlama without reading its weights', async () => {
    const read: string[] = [];
    const source: Source = {
      ...fixtures,
      read: (path, start = 0, end = Number.POSITIVE_INFINITY) => {
        read.push(`${path} ${end - start > 20_000}`);
        return fixtures.read(path, start, end);
      },
    };
    const config = await checkLlama(source, { folder, adapter: 'lora-adapter' });
    expect(config).toMatchObject({ vocabSize: 1002, hiddenSize: 64, tieWordEmbeddings: true });
    expect(read.filter((line) => line.endsWith('safetensors true'))).toEqual([]);
    const wrong = changed({
      'lora-adapter/adapter_config.json': { ...(await readJson<object>('lora-adapter/adapter_config.json')), r: 4 },
    });
    await expect(checkLlama(wrong, { folder, adapter: 'lora-adapter' })).rejects.toThrow('expected shape [4,64]');
  });

  test.each<[string, Parameters<typeof changed>[0], LoadOptions, string]>([
    [
      'whose config is not JSON',
      { 'tiny-llama/config.json': new Uint8Array([123]) },
      {},
      'tiny-llama/config.json line 1, column 2: expected JSON, found an unfinished file',
    ],
    [
      'that claims a billion layers',
      { 'tiny-llama/config.json': { ...config, num_hidden_layers: 1e9 } },
      {},
      'tiny-llama/model.safetensors, num_hidden_layers: expected 1000000000 layers, found 29 tensors',
    ],
    ['without weights', { 'tiny-llama/model.safetensors': null }, {}, 'model.safetensors'],
    ['held as int8', {}, { weights: 'int8' as 'float32' }, "weights: expected 'float32', found 'int8'"],
  ])('%s is refused', async (_, files, options, message) => {
    const before = tf.memory().numTensors;
    await expect(loadLlama(changed(files), { folder, ...options })).rejects.toThrow(message);
    expect(tf.memory().numTensors).toBe(before);
  });
});
