import {
  adapterConfig,
  adapterTensors,
  baseTensors,
  type Llama,
  LlamaError,
  loadLlama,
  type TensorValues,
} from '@heartllm/lora-llm';
import { encodeSafetensors, openSafetensors } from '@heartllm/safetensors';
import { expectAllClose } from '@heartllm/testing';
import { useTestBackend } from '@heartllm/testing/backends';
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, test } from 'vitest';
import { fixtures, golden, readJson } from './golden.ts';
import { changed } from './memory-source.ts';

const folder = 'tiny-llama';
const peftConfig = await readJson<Record<string, unknown>>('lora-adapter/adapter_config.json');
const peftFile = await openSafetensors(fixtures, 'lora-adapter/adapter_model.safetensors');
const ids = golden.prompts.slice(0, 1).map((prompt) => prompt.ids);

beforeAll(async () => {
  await useTestBackend('cpu');
});

async function peftTensors(): Promise<Record<string, TensorValues>> {
  const tensors: Record<string, TensorValues> = {};
  for (const name of peftFile.names) tensors[name] = (await peftFile.read(name)) as TensorValues;
  return tensors;
}

function loadWith(config: object, tensors: Record<string, TensorValues>): Promise<Llama> {
  const files = {
    'lora-adapter/adapter_config.json': config,
    'lora-adapter/adapter_model.safetensors': encodeSafetensors(tensors),
  };
  return loadLlama(changed(files), { folder, adapter: 'lora-adapter' });
}

async function logitsOf(llama: Llama): Promise<Float32Array> {
  const logits = llama.logits(ids);
  const values = (await logits.data()) as Float32Array;
  logits.dispose();
  return values;
}

describe('saving', () => {
  test('a loaded adapter gives the names and values that PEFT wrote', async () => {
    const llama = await loadLlama(fixtures, { folder, adapter: 'lora-adapter' });
    const saved = await adapterTensors(llama);
    expect(Object.keys(saved).sort()).toEqual([...peftFile.names].sort());
    for (const [name, { shape, data }] of Object.entries(await peftTensors()))
      expect(saved[name]).toEqual({ shape, data });
    const config = adapterConfig(llama);
    for (const [field, value] of Object.entries(config)) {
      if (field in peftConfig && field !== 'target_modules') expect([field, value]).toEqual([field, peftConfig[field]]);
    }
    expect(config.target_modules).toEqual(peftConfig.target_modules);
    llama.dispose();
  });

  test('weights that train beside the LoRA go into modules_to_save and come back', async () => {
    const llama = await loadLlama(fixtures, { folder });
    llama.addLora({ r: 2, loraAlpha: 8, loraDropout: 0.1, targetModules: ['q_proj', 'down_proj'], useRslora: true }, 1);
    llama.setTrainable((name) => name.includes('lora_') || name.includes('norm'));
    for (const parameter of llama.trainable().values()) {
      tf.tidy(() => parameter.assign(tf.add(parameter, tf.randomNormal(parameter.shape, 0, 0.1, 'float32', 3))));
    }
    const config = adapterConfig(llama);
    const tensors = await adapterTensors(llama);
    expect(config).toMatchObject({
      peft_type: 'LORA',
      task_type: 'CAUSAL_LM',
      base_model_name_or_path: 'tiny-llama',
      r: 2,
      lora_alpha: 8,
      lora_dropout: 0.1,
      use_rslora: true,
      target_modules: ['q_proj', 'down_proj'],
      modules_to_save: ['input_layernorm', 'post_attention_layernorm', 'model.norm'],
    });
    expect(Object.keys(tensors)).toHaveLength(3 * 2 * 2 + 3 * 2 + 1);
    expect(tensors['base_model.model.model.norm.weight'].shape).toEqual([64]);

    const again = await loadWith(config, tensors);
    expect(await logitsOf(again)).toEqual(await logitsOf(llama));
    expect([...again.trainable().keys()].sort()).toEqual([...llama.trainable().keys()].sort());
    expect(again.lora).toEqual(llama.lora);
    llama.dispose();
    again.dispose();
  });

  test('trained tied embeddings are saved twice, as PEFT holds them, and stay one when loaded', async () => {
    const llama = await loadLlama(fixtures, { folder });
    llama.addLora({ r: 2, loraAlpha: 8, targetModules: 'all-linear' }, 1);
    llama.setTrainable((name) => name.includes('lora_') || name.includes('embed_tokens'));
    const embedding = llama.parameters.get('model.embed_tokens.weight')!;
    tf.tidy(() => embedding.assign(tf.mul(embedding, 2)));
    const tensors = await adapterTensors(llama);
    expect(adapterConfig(llama).modules_to_save).toEqual(['embed_tokens', 'lm_head']);
    expect(tensors['base_model.model.lm_head.weight']).toEqual(tensors['base_model.model.model.embed_tokens.weight']);
    const again = await loadWith(adapterConfig(llama), tensors);
    expect(await logitsOf(again)).toEqual(await logitsOf(llama));
    expect(again.config.tieWordEmbeddings).toBe(true);
    llama.dispose();
    again.dispose();
  });

  test('without a LoRA there is no adapter_config.json', async () => {
    const llama = await loadLlama(fixtures, { folder });
    expect(() => adapterConfig(llama)).toThrow('the model has no LoRA: call addLora first');
    llama.dispose();
  });
});

describe('loading', () => {
  test('a source of its own is the same as a folder inside the model source', async () => {
    const files = Object.fromEntries(
      await Promise.all(
        ['adapter_config.json', 'adapter_model.safetensors'].map(async (name) => [
          name,
          await fixtures.read(`lora-adapter/${name}`),
        ]),
      ),
    );
    const inside = await loadLlama(fixtures, { folder, adapter: 'lora-adapter' });
    const own = await loadLlama(fixtures, { folder, adapter: changed(files) });
    expect(await logitsOf(own)).toEqual(await logitsOf(inside));
    inside.dispose();
    own.dispose();
  });

  test('target_modules as a regular expression, as PEFT takes it, finds the same layers', async () => {
    const llama = await loadWith(
      { ...peftConfig, target_modules: '.*\\.(self_attn|mlp)\\..*_proj' },
      await peftTensors(),
    );
    expect(llama.parameters.size).toBe(29 + 42);
    llama.dispose();
  });

  test('rslora divides alpha by the square root of r', async () => {
    const tensors = await peftTensors();
    const plain = await loadWith({ ...peftConfig, lora_alpha: 16 * Math.sqrt(8) }, tensors);
    const stabilised = await loadWith({ ...peftConfig, use_rslora: true }, tensors);
    expectAllClose(await logitsOf(stabilised), await logitsOf(plain), 1e-6);
    plain.dispose();
    stabilised.dispose();
  });

  test('embeddings in modules_to_save leave the head of a tied base alone, unless weights stay tied', async () => {
    const base = await loadLlama(fixtures, { folder });
    const { 'model.embed_tokens.weight': embedding } = await baseTensors(base);
    const doubled = { shape: embedding.shape, data: embedding.data.map((value) => 2 * value) };
    const tensors = { ...(await peftTensors()), 'base_model.model.model.embed_tokens.weight': doubled };
    const saved = { ...peftConfig, modules_to_save: ['embed_tokens'] };
    const untied = await loadWith(saved, tensors);
    expect(untied.config.tieWordEmbeddings).toBe(false);
    expect((await baseTensors(untied))['lm_head.weight']).toEqual(embedding);
    const tied = await loadWith({ ...saved, ensure_weight_tying: true }, tensors);
    expect(tied.config.tieWordEmbeddings).toBe(true);
    expect((await baseTensors(tied))['model.embed_tokens.weight']).toEqual(doubled);
    for (const llama of [base, untied, tied]) llama.dispose();
  });

  test.each([
    ['peft_type', 'IA3', 'expected LORA, which alone is supported, found "IA3"'],
    ['r', 0, 'expected a whole number above 0, found 0'],
    ['lora_alpha', null, 'expected a number, found null'],
    ['lora_alpha', 1e300, 'expected a number, found 1e+300'],
    ['lora_dropout', 1.5, 'expected a probability, found 1.5'],
    ['target_modules', 7, 'expected names, found 7'],
    ['modules_to_save', ['lm_head'], 'lm_head.weight: expected a tensor of shape [1002,64], found nothing'],
  ])('%s %j is refused by name', async (field, value, message) => {
    const before = tf.memory().numTensors;
    const error = await loadWith({ ...peftConfig, [field]: value }, await peftTensors()).catch((e) => e);
    expect(error).toBeInstanceOf(LlamaError);
    expect(error.message).toContain('lora-adapter/adapter_');
    expect(error.message).toContain(field === 'modules_to_save' ? 'adapter_model.safetensors' : field);
    expect(error.message).toContain(message);
    expect(tf.memory().numTensors).toBe(before);
  });

  test('tensors that are missing, unknown or of another rank are refused by name', async () => {
    const tensors = await peftTensors();
    const name = 'base_model.model.model.layers.0.mlp.up_proj.lora_A.weight';
    const { [name]: _, ...fewer } = tensors;
    const path = 'lora-adapter/adapter_model.safetensors';
    await expect(loadWith(peftConfig, fewer)).rejects.toThrow(
      `${path}, ${name}: expected a tensor of shape [8,64], found nothing`,
    );
    await expect(loadWith({ ...peftConfig, r: 4 }, tensors)).rejects.toThrow('expected shape [4,64], found [8,64]');
    await expect(loadWith(peftConfig, { ...tensors, extra: tensors[name] })).rejects.toThrow(
      `${path}, extra: expected a tensor of the adapter, found one that nothing asks for`,
    );
  });
});
