import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { useBackend } from '@heartllm/backend';
import { folderSource } from '@heartllm/ecg-io/node';
import { adapterConfig, adapterTensors, loadLlama } from '@heartllm/lora-llm';
import { openSafetensors, writeSafetensors } from '@heartllm/safetensors';
import { expectAllClose } from '@heartllm/testing';
import { questionPrompt, reportPrompt } from '@heartllm/vocab-bridge';
import * as tf from '@tensorflow/tfjs-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { promptTexts } from '../src/export/prompt-text.ts';
import { weightsOf, writeWeights } from '../src/export/write-weights.ts';
import { readVocabulary } from '../src/language-model.ts';
import { writeRandomModel } from './helpers/model-folder.ts';
import { cli } from './helpers/run-cli.ts';
import { writeWfdb } from './helpers/wfdb.ts';

let folder: string;
let model: string;
let expected: Float32Array;

const PROMPT = [[5, 261, 262, 9, 1, 30, 258]];

/** Logits of a folder's language model, as another program finds its parts. */
async function logits(path: string, parts: { folder?: string; adapter?: string }): Promise<Float32Array> {
  const llama = await loadLlama(folderSource(path), parts);
  const values = llama.logits(PROMPT);
  const data = (await values.data()) as Float32Array;
  values.dispose();
  llama.dispose();
  return data;
}

beforeAll(async () => {
  await useBackend('cpu');
  folder = await mkdtemp(join(tmpdir(), 'heartllm-export-'));
  model = await writeRandomModel(join(folder, 'model'), 4);
  // an adapter that changes every layer, and a norm as modules_to_save holds it
  const llama = await loadLlama(folderSource(model), { folder: 'llm' });
  llama.addLora({ r: 3, loraAlpha: 6, targetModules: 'all-linear' }, 5);
  for (const [name, parameter] of llama.parameters) {
    if (!name.includes('lora_B') && name !== 'model.norm.weight') continue;
    parameter.assign(tf.randomNormal(parameter.shape, 0.5, 0.5, 'float32', 6));
    parameter.trainable = true;
  }
  await mkdir(join(model, 'adapter'));
  await writeSafetensors(join(model, 'adapter/adapter_model.safetensors'), await adapterTensors(llama));
  await writeFile(join(model, 'adapter/adapter_config.json'), JSON.stringify(adapterConfig(llama)));
  const manifest = JSON.parse(await readFile(join(model, 'heartllm.json'), 'utf8'));
  manifest.contents.adapter = 'adapter';
  await writeFile(join(model, 'heartllm.json'), JSON.stringify(manifest));
  llama.dispose();
  expected = await logits(model, { folder: 'llm', adapter: 'adapter' });
});
afterAll(() => rm(folder, { recursive: true }));

describe('export', () => {
  test('base and adapter keep every bit', async () => {
    const out = join(folder, 'parts');
    const { code, out: text } = await cli('export', '--model', model, '--out', out, '--json');
    expect(code).toBe(0);
    expect(JSON.parse(text)).toMatchObject({ out, model: 'random', layout: 'parts', dtype: null });
    expect(await logits(out, { folder: 'llm', adapter: 'adapter' })).toEqual(expected);
    const peft = JSON.parse(await readFile(join(out, 'adapter/adapter_config.json'), 'utf8'));
    expect(peft).toMatchObject({ peft_type: 'LORA', base_model_name_or_path: 'llm', r: 3 });
    expect(await readFile(join(out, 'README.md'), 'utf8')).toContain('PeftModel.from_pretrained(base, "adapter")');
  });

  test('merged, it is one Llama that computes the same', async () => {
    const out = join(folder, 'merged');
    const { out: text } = await cli('export', '--model', model, '--out', out, '--merge', '--backend', 'cpu', '--json');
    expectAllClose(await logits(out, {}), expected, 1e-5);
    const { files } = JSON.parse(text);
    expect(files).toEqual(expect.arrayContaining(['config.json', 'tokenizer.json', 'generation_config.json']));
    for (const file of files) expect((await readFile(join(out, file))).length).toBeGreaterThan(50);
    expect((await openSafetensors(folderSource(out), 'model.safetensors')).names.join()).not.toContain('lora');
    const base = await logits(model, { folder: 'llm' });
    expect(Math.max(...base.map((value, i) => Math.abs(value - expected[i])))).toBeGreaterThan(0.1); // it had something to merge
  });

  test('both are model folders, and answer as the one exported does', async () => {
    const record = await writeWfdb(folder, 'record', {});
    const ask = async (path: string) => {
      const { out } = await cli('ask', record, 'Is it normal?', '--model', path, '--backend', 'cpu', '--json');
      return JSON.parse(out).text;
    };
    const text = await ask(model);
    expect([await ask(join(folder, 'parts')), await ask(join(folder, 'merged'))]).toEqual([text, text]);
  });

  test('float16 halves the file and is named in config.json', async () => {
    const out = join(folder, 'half');
    expect((await cli('export', '--model', model, '--out', out, '--merge', '--dtype', 'float16')).code).toBe(0);
    const file = await openSafetensors(folderSource(out), 'model.safetensors');
    expect(new Set(file.names.map((name) => file.info(name).dtype))).toEqual(new Set(['F16']));
    expect(JSON.parse(await readFile(join(out, 'config.json'), 'utf8'))).toMatchObject({ dtype: 'float16' });
    expectAllClose(await logits(out, {}), expected, 0.01);
  });

  test('the embedded model is exported by default', async () => {
    const out = join(folder, 'embedded');
    expect(await cli('export', '--out', out)).toMatchObject({ code: 0, err: '' });
    expect((await readdir(out)).sort()).toEqual(['README.md', 'adapter', 'ecg-tokenizer', 'heartllm.json', 'llm']);
  });

  test('the prompts in words have the ids of the prompts', async () => {
    const vocabulary = await readVocabulary(folderSource(join(folder, 'embedded')), 'llm');
    const { question, report } = promptTexts(vocabulary);
    const words = (text: string) =>
      text.split(/(<\|begin_of_text\|>|<\|start_ecg\|>|<\|end_ecg\|>)/).flatMap((part) => {
        const control = {
          '<|begin_of_text|>': 'bosId',
          '<|start_ecg|>': 'startEcgId',
          '<|end_ecg|>': 'endEcgId',
        } as const;
        return part in control ? [vocabulary[control[part as keyof typeof control]]] : vocabulary.encodeText(part);
      });
    const filled = (before: string, after: string) => [
      ...words(before.replace('{question}', 'Is it normal?').replace('{background}', '')),
      vocabulary.firstCodeId + 7,
      ...words(after),
    ];
    expect(filled(question.before, question.after)).toEqual(
      questionPrompt(vocabulary, { codes: [7], question: 'Is it normal?' }),
    );
    expect(filled(report.before, report.after)).toEqual(reportPrompt(vocabulary, { codes: [7] }));
  });

  test('large weights come in shards that are read again', async () => {
    const source = folderSource(folder);
    const tensors = Object.fromEntries(
      ['a', 'b', 'c', 'd'].map((name, i) => [name, { shape: [2, i], data: new Float32Array(2 * i).fill(i) }]),
    );
    const files = await writeWeights(folder, 'big.safetensors', weightsOf(tensors, 'float32'), { limit: 6 });
    expect(files).toEqual([
      'big.safetensors.index.json',
      'big-00001-of-00002.safetensors',
      'big-00002-of-00002.safetensors',
    ]);
    const read = await openSafetensors(source, 'big.safetensors');
    for (const [name, { data }] of Object.entries(tensors)) expect((await read.read(name)).data).toEqual(data);
  });
});

describe('what is not exported', () => {
  test('into a folder that is there, without --force', async () => {
    const out = join(folder, 'parts');
    const again = ['export', '--model', model, '--out', out];
    expect(await cli(...again)).toMatchObject({
      code: 1,
      err: `heartllm: ${out} is there and not empty; --force replaces it\n`,
    });
    expect((await cli(...again, '--merge', '--force')).code).toBe(0);
    expect(await readdir(out)).not.toContain('adapter');
  });

  test.each([
    ['an ECG tokenizer alone', { ecgTokenizer: 'ecg-tokenizer' }, /no language model to export/],
    ['points in the place of codes', { llm: 'llm', projector: 'projector' }, /takes points in the place of codes/],
    ['a language model that is not there', { llm: 'gone' }, /gone\/tokenizer\.json: no such file/],
  ])('%s', async (_, contents, message) => {
    const other = await writeRandomModel(await mkdtemp(join(folder, 'other-')), 4);
    const manifest = JSON.parse(await readFile(join(other, 'heartllm.json'), 'utf8'));
    await writeFile(join(other, 'heartllm.json'), JSON.stringify({ ...manifest, contents }));
    const before = await readdir(folder);
    const { code, out, err } = await cli('export', '--model', other, '--out', join(folder, 'nothing'));
    expect([code, out]).toEqual([1, '']);
    expect(err).toMatch(message);
    expect(await readdir(folder)).toEqual(before); // nothing half-written
  });

  test('without --out, or as another type', async () => {
    expect((await cli('export')).code).toBe(2);
    expect((await cli('export', '--out', join(folder, 'no'), '--dtype', 'int3')).code).toBe(2);
  });
});
