import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { useBackend } from '@heartllm/backend';
import { folderSource } from '@heartllm/ecg-io/node';
import { adapterConfig, adapterTensors, baseTensors, type Llama, loadLlama } from '@heartllm/lora-llm';
import { openSafetensors, writeSafetensors } from '@heartllm/safetensors';
import * as tf from '@tensorflow/tfjs-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { LanguageModel, readVocabulary } from '../src/language-model.ts';
import { HeartLlm } from '../src/pipeline.ts';
import { resetText } from '../src/training/base-language-model.ts';
import { writeRandomModel } from './helpers/model-folder.ts';
import { cli } from './helpers/run-cli.ts';

const EMBEDDINGS = 'model.embed_tokens.weight';

let folder: string;
let model: string;

beforeAll(async () => {
  await useBackend('cpu');
  folder = await mkdtemp(join(tmpdir(), 'heartllm-parts-'));
  model = await writeRandomModel(join(folder, 'model'), 4);
});
afterAll(() => rm(folder, { recursive: true }));

async function changeJson(path: string, change: object): Promise<void> {
  const fields = await readFile(path, 'utf8').then(JSON.parse, () => ({}));
  await writeFile(path, JSON.stringify({ ...fields, ...change }));
}

async function copyOf(name: string): Promise<string> {
  const out = join(folder, name);
  await cp(model, out, { recursive: true });
  return out;
}

/** An adapter in a folder of its own, for a language model that is changed before. */
async function writeAdapter(name: string, change: (llama: Llama) => void = () => {}): Promise<string> {
  const llama = await loadLlama(folderSource(model), { folder: 'llm' });
  change(llama);
  llama.addLora({ r: 2, loraAlpha: 4, targetModules: ['q_proj'] }, 5);
  llama.setTrainable((one) => one.includes('lora_') || one === EMBEDDINGS);
  const out = join(folder, name);
  await mkdir(out);
  await writeSafetensors(join(out, 'adapter_model.safetensors'), await adapterTensors(llama));
  await writeFile(join(out, 'adapter_config.json'), JSON.stringify(adapterConfig(llama)));
  llama.dispose();
  return out;
}

describe('import', () => {
  test('of an adapter that changed the base it began with changes nothing, and says which field says so', async () => {
    const out = await copyOf('pissa-model');
    const adapter = await writeAdapter('pissa');
    await changeJson(join(adapter, 'adapter_config.json'), { init_lora_weights: 'pissa' });
    const { code, err } = await cli('import', 'adapter', adapter, '--out', out);
    expect(code).toBe(1);
    expect(err).toContain(
      'adapter_config.json, init_lora_weights: expected true, false, gaussian, eva, orthogonal, mica',
    );
    expect(JSON.parse(await readFile(join(out, 'heartllm.json'), 'utf8')).contents.adapter).toBeUndefined();
  });

  test('of an adapter of another vocabulary names both sizes', async () => {
    const { vocabSize } = (await loadLlama(folderSource(model), { folder: 'llm' })).config;
    const adapter = await writeAdapter('grown', (llama) => llama.resizeEmbeddings(vocabSize + 8, 1));
    const { err } = await cli('import', 'adapter', adapter, '--out', model, '--json');
    expect(err).toContain(`expected the base's vocabulary of ${vocabSize} (vocab_size), found one of ${vocabSize + 8}`);
  });

  test('of a base whose settings give no score is refused', async () => {
    const base = await copyOf('no-theta');
    await changeJson(join(base, 'llm/config.json'), { rope_scaling: { type: 'linear', factor: 0 } });
    const { code, err } = await cli('import', 'llm', join(base, 'llm'), '--out', model, '--force');
    expect(code).toBe(1);
    expect(err).toContain('config.json, rope_scaling.factor: expected a number above 0, found 0');
  });
});

describe('ends of text', () => {
  test('that only generation_config.json names end an answer, and are exported', async () => {
    const ends = await copyOf('ends');
    const heartLlm = await HeartLlm.load(folderSource(ends));
    const before = await LanguageModel.load(folderSource(ends), heartLlm.manifest, heartLlm.tokenizer.fsq);
    const { eosId } = before.vocabulary;
    const prompt = [5, 261, 262, 9];
    const [first, second] = await before.write(prompt, 8);
    before.dispose();
    await changeJson(join(ends, 'llm/generation_config.json'), { eos_token_id: [second, 7] });
    const after = await LanguageModel.load(folderSource(ends), heartLlm.manifest, heartLlm.tokenizer.fsq);
    expect(after.endIds).toEqual([eosId, second, 7]);
    expect(await after.write(prompt, 8)).toEqual([first, second].slice(0, first === second ? 1 : 2));
    after.dispose();
    await heartLlm.dispose();

    const out = join(folder, 'exported');
    expect((await cli('export', '--model', ends, '--out', out)).code).toBe(0);
    for (const file of ['config.json', 'generation_config.json']) {
      expect(JSON.parse(await readFile(join(out, 'llm', file), 'utf8')).eos_token_id).toEqual([eosId, second, 7]);
    }
  });
});

test('an answer ends where the model reads no further, and a longer prompt is refused', async () => {
  const short = await copyOf('short');
  await changeJson(join(short, 'llm/config.json'), { max_position_embeddings: 6 });
  const heartLlm = await HeartLlm.load(folderSource(short));
  const language = await LanguageModel.load(folderSource(short), heartLlm.manifest, heartLlm.tokenizer.fsq);
  const prompt = [5, 261, 262, 9];
  const ids = await language.write(prompt, 170);
  expect(ids).toHaveLength(2);
  const [{ text }] = await language.generateBatch([prompt, [5]], 170);
  expect(text).toBe((await language.generate(prompt, 170)).text);
  await expect(language.write([...prompt, 5, 6, 7], 170)).rejects.toThrow(
    'inputIds[0]: 7 tokens and 1 to come, expected at most 6 (max_position_embeddings)',
  );
  language.dispose();
  await heartLlm.dispose();
});

describe('weights that other software named', () => {
  test('are exported by the names that transformers and peft know', async () => {
    const wrapped = await copyOf('wrapped');
    const path = join(wrapped, 'llm/model.safetensors');
    const file = await openSafetensors(folderSource(wrapped), 'llm/model.safetensors');
    const tensors = await Promise.all(
      file.names.map(async (name) => [`module.${name}`, await file.read(name)] as const),
    );
    await writeSafetensors(path, Object.fromEntries(tensors));
    const out = join(folder, 'unwrapped');
    expect((await cli('export', '--model', wrapped, '--out', out)).code).toBe(0);
    expect((await openSafetensors(folderSource(out), 'llm/model.safetensors')).names).toEqual(file.names);
  });

  test.each([
    ['as a LlamaModel', (name: string) => name.replace(/^model\./, '')],
    ['as its output layer alone', (name: string) => (name === EMBEDDINGS ? 'lm_head.weight' : name)],
  ])('of a base that is stored %s: words of text get its rows back', async (stored, rename) => {
    const base = join(folder, stored);
    await cp(join(model, 'llm'), base, { recursive: true });
    const llama = await loadLlama(folderSource(base));
    const { [EMBEDDINGS]: rows, ...others } = await baseTensors(llama);
    const renamed = Object.entries({ ...others, [EMBEDDINGS]: rows }).map(([name, tensor]) => [rename(name), tensor]);
    await writeSafetensors(join(base, 'model.safetensors'), Object.fromEntries(renamed));
    const embedding = llama.parameters.get(EMBEDDINGS) as tf.Variable;
    embedding.assign(tf.zerosLike(embedding));
    const vocabulary = await readVocabulary(folderSource(base), '');
    await resetText(llama, vocabulary, base);
    const { padId, startEcgId, endEcgId, firstCodeId } = vocabulary;
    const text = Math.min(padId, startEcgId, endEcgId, firstCodeId) * 16;
    const found = (await embedding.data()) as Float32Array;
    expect(found.subarray(0, text)).toEqual(rows.data.subarray(0, text));
    expect(found.subarray(text).every((value) => value === 0)).toBe(true);
    llama.dispose();
  });
});
