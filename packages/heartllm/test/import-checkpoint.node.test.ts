import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { useBackend } from '@heartllm/backend';
import { folderSource } from '@heartllm/ecg-io/node';
import { loadLlama } from '@heartllm/lora-llm';
import { encodeSafetensors, openSafetensors, openTorchCheckpoint, type TensorInput } from '@heartllm/safetensors';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { cli } from './helpers/run-cli.ts';

const fixtures = fileURLToPath(new URL('./fixtures/checkpoint', import.meta.url));
const base = join(fixtures, 'base');
const published = join(fixtures, 'checkpoint_epoch0.pth');
const expected = JSON.parse(await readFile(join(fixtures, 'expected.json'), 'utf8'));
const LLM = 'llm_model.base_model.model.';
type Tensors = Record<string, TensorInput>;

let folder: string;
let tensors: Tensors;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'heartllm-checkpoint-'));
  await useBackend('cpu');
  const checkpoint = await openTorchCheckpoint(folderSource(fixtures), 'checkpoint_epoch0.pth');
  tensors = {};
  for (const name of checkpoint.names) tensors[name] = await checkpoint.read(name);
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** Imports a checkpoint of these tensors, or the file itself. */
async function imported(checkpoint: string | Tensors, ...options: string[]) {
  const out = join(folder, 'out');
  let file = checkpoint;
  if (typeof file !== 'string') {
    file = join(folder, 'changed.safetensors');
    await writeFile(file, encodeSafetensors(checkpoint as Tensors));
  }
  const ended = await cli('import', 'checkpoint', file, '--llm', base, '--out', out, '--force', ...options);
  return { ...ended, out, said: ended.out };
}

/** Logits behind the expected ids, at the words that expected.json lists. */
async function logitsOf(out: string): Promise<number[]> {
  const llama = await loadLlama(folderSource(out), { folder: 'llm', adapter: 'adapter' });
  try {
    const words = Object.keys(expected.logits).map(Number);
    let logits: number[][] = [];
    const take = (first: number[][]) => {
      logits = first;
    };
    const [row] = await llama.generate([expected.ids], { maxNewTokens: 6, firstLogits: { ids: words, take } });
    expect(row.slice(expected.ids.length)).toEqual(expected.written);
    return logits[0];
  } finally {
    llama.dispose();
  }
}

const distance = (a: number[]) =>
  Math.max(...(Object.values(expected.logits) as number[]).map((value, i) => Math.abs(value - a[i])));
const renamed = (rename: (name: string) => string): Tensors =>
  Object.fromEntries(Object.entries(tensors).map(([name, tensor]) => [rename(name), tensor]));

describe('import checkpoint', () => {
  test('of what the published finetuning saves: the logits and words of PyTorch with peft', async () => {
    const { code, said, err, out } = await imported(published, '--json');
    expect({ code, err }).toEqual({ code: 0, err: '' });
    expect(JSON.parse(said)).toMatchObject({
      tokenizer: { tensors: 37, parameters: 2300, config: { encoder: { channels: 8 }, decoder: null } },
      llm: { tensors: 20, vocabulary: 1559 },
      adapter: { tensors: 28, r: 4, alpha: 16 },
      leftOut: [],
    });
    expect(distance(await logitsOf(out))).toBeLessThan(1e-4);
    const bias = await (await openSafetensors(folderSource(out), 'ecg-tokenizer/model.safetensors')).read(
      'enc.to_code.bias',
    );
    expect([...(bias.data as Float32Array)]).toEqual(expected.bias);
  });

  test.each<[string, (name: string) => string]>([
    ["DDP's and torch.compile's", (name) => `module._orig_mod.${name}`],
    ['wrappers inside', (name) => name.replace('enc.', 'enc._orig_mod.').replace('llm_model.', 'llm_model.module.')],
    ["Lightning's", (name) => `state_dict.model.${name}`],
  ])('with %s names', async (_, rename) => {
    const { code, err, out } = await imported(renamed(rename));
    expect({ code, err }).toEqual({ code: 0, err: '' });
    expect(distance(await logitsOf(out))).toBeLessThan(1e-4);
  });

  test('with an average and an optimizer beside it, and the average by its name', async () => {
    const both = { ...renamed((name) => `model.${name}`), ...renamed((name) => `ema.${name}`) };
    both['optimizer.state.0.exp_avg'] = { shape: [2], data: new Float32Array(2) };
    both['ema.enc.to_code.bias'] = { shape: [4], data: Float32Array.of(7, 7, 7, 7) };
    const weights = await imported(both);
    expect(weights.said).toContain('left out: ema (86 tensors), optimizer (1 tensor)');
    const { out } = await imported(both, '--prefix', 'ema');
    const bias = await (await openSafetensors(folderSource(out), 'ecg-tokenizer/model.safetensors')).read(
      'enc.to_code.bias',
    );
    expect([...(bias.data as Float32Array)]).toEqual([7, 7, 7, 7]);
  });

  test('of a model whose output layer was untied: its own head is kept, as transformers does', async () => {
    const head = tensors[`${LLM}lm_head.weight`];
    const data = Float32Array.from(head.data as Float32Array, (value) => -value);
    const { out } = await imported({ ...tensors, [`${LLM}lm_head.weight`]: { ...head, data } });
    const llm = await openSafetensors(folderSource(out), 'llm/model.safetensors');
    expect((await llm.read('lm_head.weight')).data).toEqual(data);
    expect(JSON.parse(await readFile(join(out, 'llm/config.json'), 'utf8')).tie_word_embeddings).toBe(false);
  });

  test('of modules that were saved in full: the trained ones take the place of the originals', async () => {
    const changed = { ...tensors };
    const norm = changed[`${LLM}model.norm.weight`];
    delete changed[`${LLM}model.norm.weight`];
    changed[`${LLM}model.norm.original_module.weight`] = { ...norm, data: new Float32Array(8) };
    changed[`${LLM}model.norm.modules_to_save.default.weight`] = norm;
    expect(distance(await logitsOf((await imported(changed)).out))).toBeLessThan(1e-4);
  });

  test('of a Llama without a LoRA', async () => {
    const plain = Object.entries(tensors).filter(([name]) => !name.includes('.lora_'));
    const { said } = await imported(
      Object.fromEntries(
        plain.map(([name, tensor]) => [name.replace('base_model.model.', '').replace('base_layer.', ''), tensor]),
      ),
    );
    expect(said).toContain('llm of 20 tensors, 1559 words\nno adapter\n');
  });

  test('another rank in one layer becomes a pattern, another alpha is said by the caller', async () => {
    const module = 'model.layers.1.mlp.up_proj';
    const changed = {
      ...tensors,
      [`${LLM}${module}.lora_A.default.weight`]: { shape: [2, 8], data: new Float32Array(16) },
      [`${LLM}${module}.lora_B.default.weight`]: { shape: [16, 2], data: new Float32Array(32) },
    };
    const { said, out } = await imported(changed, '--lora-alpha', '4');
    expect(said).toContain('LoRA of r 4; alpha 4 is not from the file');
    expect(JSON.parse(await readFile(join(out, 'adapter/adapter_config.json'), 'utf8'))).toMatchObject({
      r: 4,
      lora_alpha: 4,
      rank_pattern: { [module]: 2 },
    });
  });
});

describe('import checkpoint refuses, with nothing left behind,', () => {
  const q = `${LLM}model.layers.0.self_attn.q_proj`;
  const small = (shape: number[]) => ({ shape, data: new Float32Array(shape.reduce((a, b) => a * b, 1)).fill(1) });
  const bytes = (count: number) => ({ shape: [count], data: new Uint8Array(count) });
  const without = (name: string) => Object.fromEntries(Object.entries(tensors).filter(([other]) => other !== name));

  test.each<[string, () => Tensors, string]>([
    [
      'NF4 weights',
      () => ({
        ...tensors,
        [`${q}.base_layer.weight`]: bytes(32),
        [`${q}.base_layer.weight.quant_state.bitsandbytes__nf4`]: bytes(9),
      }),
      `changed.safetensors: 1 weights are quantized by bitsandbytes (NF4; ${q}.base_layer.weight.quant_state.bitsandbytes__nf4), which is not read`,
    ],
    [
      'weights in 8 bits',
      () => ({ ...tensors, [`${q}.base_layer.SCB`]: small([8]) }),
      'quantized by bitsandbytes (8 bits;',
    ],
    [
      'DoRA',
      () => ({ ...tensors, [`${q}.lora_magnitude_vector.default.weight`]: small([8]) }),
      'of another adapter than plain LoRA',
    ],
    [
      'a second adapter',
      () => ({ ...tensors, [`${q}.lora_A.other.weight`]: small([4, 8]) }),
      'expected one adapter, found default, other',
    ],
    [
      'half a LoRA',
      () => without(`${q}.lora_B.default.weight`),
      'model.layers.0.self_attn.q_proj has only one matrix of its LoRA',
    ],
    [
      'a LoRA of other sizes',
      () => ({ ...tensors, [`${q}.lora_A.default.weight`]: small([4, 7]) }),
      'a LoRA of [4,7] and [8,4] does not fit a weight of [8,8]',
    ],
    ['a missing weight', () => without(`${LLM}model.norm.weight`), 'tensor model.norm.weight is missing, expected [8]'],
    [
      'a weight of another shape',
      () => ({ ...tensors, [`${LLM}model.norm.weight`]: small([9]) }),
      'has shape [9], expected [8] as',
    ],
    [
      'a layer too many',
      () => ({ ...tensors, [`${LLM}model.layers.2.input_layernorm.weight`]: small([8]) }),
      'model.layers.2.input_layernorm.weight is no part of the Llama',
    ],
    [
      'integers',
      () => ({ ...tensors, [`${LLM}model.norm.weight`]: { shape: [8], data: new Int32Array(8) } }),
      'expected floating-point values, found I32',
    ],
    [
      'values that are not finite',
      () => ({ ...tensors, [`${LLM}model.norm.weight`]: { shape: [8], data: new Float32Array(8).fill(Number.NaN) } }),
      'expected finite values, found NaN at 0',
    ],
    ['no ECG tokenizer', () => renamed((name) => name.replace('enc.', 'other.')), 'not an ECG tokenizer'],
    [
      'no Llama',
      () => Object.fromEntries(Object.entries(tensors).filter(([name]) => name.startsWith('enc.'))),
      'holds no Llama',
    ],
    [
      'another base',
      () => ({ ...tensors, [`${LLM}model.embed_tokens.weight`]: small([1600, 8]) }),
      'the embeddings have 1600 rows, tokenizer.json in',
    ],
  ])('%s', async (_, changed, message) => {
    await rm(join(folder, 'out'), { recursive: true, force: true });
    const { code, err, out } = await imported(changed());
    expect({ code, lines: err.split('\n').length }).toEqual({ code: 1, lines: 2 });
    expect(err).toContain(message);
    await expect(readFile(join(out, 'heartllm.json'))).rejects.toThrow('ENOENT');
  });

  test('a call without the base model', async () => {
    const { code, err } = await cli('import', 'checkpoint', published, '--out', join(folder, 'none'));
    expect({ code, err }).toEqual({
      code: 2,
      err: expect.stringContaining("required option '--llm <folder>' not specified"),
    });
  });
});

describe('import tokenizer', () => {
  test('of a file that also holds the language model', async () => {
    const { out } = await cli('import', 'tokenizer', published, '--out', join(folder, 'tokenizer'));
    expect(out).toMatch(/: 37 tensors, 2300 parameters\n.*\nleft out: llm_model \(49 tensors\)\n$/);
  });

  test('of a checkpoint with all that training leaves: the weights PyTorch saved, or their average by name', async () => {
    const out = join(folder, 'trained');
    const biasOf = async (...options: string[]) => {
      const ended = await cli(
        'import',
        'tokenizer',
        join(fixtures, 'training.pt'),
        '--out',
        out,
        '--force',
        ...options,
      );
      expect(ended).toMatchObject({ code: 0, err: '' });
      expect(ended.out).toMatch(/: 37 tensors, 2300 parameters\n/);
      const file = await openSafetensors(folderSource(out), 'ecg-tokenizer/model.safetensors');
      return [...((await file.read('enc.to_code.bias')).data as Float32Array)];
    };
    const weights = await biasOf();
    expect(weights).not.toEqual([7, 7, 7, 7]);
    expect(await biasOf('--prefix', 'ema')).toEqual([7, 7, 7, 7]);
    const checkpoint = await openTorchCheckpoint(folderSource(fixtures), 'training.pt');
    expect(weights).toEqual([...((await checkpoint.read('model.module.enc.to_code.bias')).data as Float32Array)]);
  });
});
