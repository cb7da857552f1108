import { adapterConfig, adapterTensors, type Llama, loadLlama } from '@heartllm/lora-llm';
import { encodeSafetensors } from '@heartllm/safetensors';
import { memorySource } from '@heartllm/source';
import { expectAllClose } from '@heartllm/testing';
import { useTestBackend } from '@heartllm/testing/backends';
import { beforeAll, describe, expect, test } from 'vitest';
import { adapterFolder, json, llamaFolder, type Seeded } from './folders.ts';
import { readJson } from './golden.ts';

interface Case {
  name: string;
  base: string;
  config: Record<string, unknown>;
  tensors: Record<string, Seeded>;
  logits: number[];
}

const { ids, bases, cases } = await readJson<{
  ids: number[];
  bases: Record<string, { config: object; tensors: Record<string, Seeded> }>;
  cases: Case[];
}>('peft.json');

beforeAll(async () => {
  await useTestBackend('cpu');
});

const [plain] = cases;
const files = (base: string) => llamaFolder('llm', bases[base].config, bases[base].tensors);

function open({ base, config, tensors }: Case): Promise<Llama> {
  const source = memorySource({ ...files(base), ...adapterFolder('adapter', config, tensors) });
  return loadLlama(source, { folder: 'llm', adapter: 'adapter' });
}

async function expectLogits(llama: Llama, expected: number[]): Promise<void> {
  const logits = llama.logits([ids]);
  const [rows] = (await logits.array()) as number[][][];
  logits.dispose();
  expectAllClose(rows.at(-1)?.slice(0, expected.length) ?? [], expected, 1e-4);
}

describe('an adapter as peft 0.21 opens it', () => {
  test.each(cases)('$name', async (adapter) => {
    const llama = await open(adapter);
    await expectLogits(llama, adapter.logits);
    // the same once more after saving, whatever of it trains then
    llama.setTrainable((name) => name.includes('lora_'));
    const saved = {
      'adapter/adapter_config.json': json(adapterConfig(llama)),
      'adapter/adapter_model.safetensors': encodeSafetensors(await adapterTensors(llama)),
    };
    const options = { folder: 'llm', adapter: 'adapter' };
    const again = await loadLlama(memorySource({ ...files(adapter.base), ...saved }), options);
    await expectLogits(again, adapter.logits);
    again.mergeLora();
    await expectLogits(again, adapter.logits);
    llama.dispose();
    again.dispose();
  });

  test.each([
    ['module.base_model.model.', /^base_model\.model\./],
    ['_orig_mod.base_model.model.', /^base_model\.model\./],
    ['base_model.model._orig_mod.model.', /^base_model\.model\.model\./],
    ['base_model.model.module.model.', /^base_model\.model\.model\./],
    ['.lora_A.default.', /\.lora_A\./],
  ])('names of a model within what training put around it: %s', async (by, what) => {
    const tensors = Object.fromEntries(Object.entries(plain.tensors).map(([name, t]) => [name.replace(what, by), t]));
    const llama = await open({ ...plain, tensors });
    await expectLogits(llama, plain.logits);
    llama.dispose();
  });
});

const embeddings = 'base_model.model.model.embed_tokens.weight';
const delta = 'base_model.model.model.embed_tokens.token_adapter.trainable_tokens_delta';

describe('refused by name', () => {
  const start =
    'adapter/adapter_config.json, init_lora_weights: expected true, false, gaussian, eva, orthogonal, mica (others change the weights of the base';
  test.each(['pissa', 'pissa_niter_16', 'olora', 'OLoRA', 'corda', 'loftq', 'lora_ga', 'unheard-of', 1])(
    'init_lora_weights %j, whose base is another one',
    async (init_lora_weights) => {
      await expect(open({ ...plain, config: { ...plain.config, init_lora_weights } })).rejects.toThrow(start);
    },
  );

  const modules = 'expected modules among q_proj, k_proj, v_proj, o_proj, gate_proj, up_proj, down_proj, found';
  test.each<[Record<string, unknown>, string]>([
    [{ use_dora: true }, 'use_dora: expected false, which alone is supported, found true'],
    [{ lora_bias: true }, 'lora_bias: expected false, which alone is supported, found true'],
    [{ bias: 'some' }, 'bias: expected none, which alone is supported, found "some"'],
    [
      { layer_replication: [[0, 2]] },
      'layer_replication: expected nothing, as it is not supported, found an array of 1',
    ],
    [{ use_rslora: 'false' }, 'use_rslora: expected true or false, found "false"'],
    [{ target_modules: ['c_attn'] }, `target_modules: ${modules} "c_attn", which match none of them`],
    [{ target_modules: ['q_proj', 'lm_head'] }, `target_modules: ${modules} lm_head`],
    [{ target_modules: '.*' }, `target_modules: ${modules} model`],
    [{ layers_to_transform: 7 }, `${modules} "q_proj", "v_proj" with layers_to_transform 7, which match none of them`],
    [{ exclude_modules: '.*' }, `${modules} "q_proj", "v_proj" with exclude_modules ".*", which match none of them`],
    [
      { layers_to_transform: [1], target_modules: '.*q_proj' },
      'target_modules: expected a list, as layers_to_transform',
    ],
    [{ layers_pattern: 'layers' }, 'layers_to_transform: expected layers, as layers_pattern is there, found nothing'],
    [{ rank_pattern: { q_proj: 0 } }, 'rank_pattern.q_proj: expected a whole number above 0, found 0'],
    [{ alpha_pattern: { q_proj: '1' } }, 'alpha_pattern: expected numbers by name, found an object'],
    [{ target_modules: '(q_proj' }, 'expected a regular expression of Python\'s re, found "(q_proj": missing )'],
    [{ target_modules: '(.)\\1_proj' }, 'a backreference, which is not supported, at position 3'],
    [{ trainable_token_indices: [1, 99] }, "expected ids of the base's vocabulary of 24 (vocab_size), found 99"],
    [
      { trainable_token_indices: { wte: [1] } },
      'trainable_token_indices: expected embed_tokens or lm_head, found "wte"',
    ],
    [
      { trainable_token_indices: [] },
      'trainable_token_indices: expected token ids for "embed_tokens", found an empty array',
    ],
    [
      { trainable_token_indices: [1] },
      `adapter/adapter_model.safetensors, ${delta}: expected a tensor of shape [1,16], found nothing`,
    ],
    [
      { trainable_token_indices: [1], modules_to_save: ['embed_tokens'] },
      'expected rows of what modules_to_save leaves out, found model.embed_tokens, which it trains in full',
    ],
    [
      { modules_to_save: ['norm'] },
      'model.layers.0.input_layernorm.weight: expected a tensor of shape [16], found nothing',
    ],
  ])('%j', async (change, message) => {
    await expect(open({ ...plain, config: { ...plain.config, ...change } })).rejects.toThrow(message);
  });

  test.each([
    ['modules_to_save both', embeddings],
    ['save_embedding_layers', embeddings],
  ])('%s of another vocabulary, which names both sizes', async (name) => {
    const grown = cases.find((one) => one.name === `untied: ${name}, vocabulary grown before`) as Case;
    await expect(open({ ...grown, base: 'untied' })).rejects.toThrow(
      /^adapter\/adapter_model\.safetensors, base_model\.[\w.]+: expected the base's vocabulary of 24 \(vocab_size\), found one of 28$/,
    );
  });
});
