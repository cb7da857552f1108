import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readRecord } from '@heartllm/ecg-io';
import { folderSource } from '@heartllm/ecg-io/node';
import { openSafetensors } from '@heartllm/safetensors';
import { malformed } from '@heartllm/testing';
import { questionPrompt } from '@heartllm/vocab-bridge';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { HeartLlm } from '../src/index.ts';
import { writePtbxl } from './helpers/ptbxl-folder.ts';
import { cli } from './helpers/run-cli.ts';

let folder: string;
let data: string;

const language = { train: 'all', maxSteps: 1, batchSize: 1, perRecord: 1, validate: 1, lr: 0.01 };
const recipe = {
  schemaVersion: 1,
  name: 'tiny',
  about: 'For a test.',
  tokenizer: { decoderChannels: 8, epochs: 1, batchSize: 1, crop: 160, validate: 1 },
  llm: { hiddenSize: 8, intermediateSize: 8, numHiddenLayers: 1, numAttentionHeads: 1, textWords: 258 },
  pretrain: language,
  finetune: language,
};

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'heartllm-'));
  data = await writePtbxl(join(folder, 'ptbxl'));
});

afterAll(() => rm(folder, { recursive: true }));

const train = (file: string, out: string, ...argv: string[]) =>
  cli('train', 'all', '--recipe', file, '--data', data, '--out', out, '--backend', 'wasm', ...argv);

const write = async (name: string, changes: object) => {
  const file = join(folder, `${name}.json`);
  await writeFile(file, JSON.stringify({ ...recipe, ...changes }));
  return file;
};

describe('train all', () => {
  test('goes from recordings to a model folder, which says what it was made by', async () => {
    const out = join(folder, 'model');
    const file = await write('tiny', {});
    const { code, out: text, err } = await train(file, out, '--json');
    expect(code).toBe(0);
    expect(JSON.parse(text)).toMatchObject({
      out,
      recipe: 'tiny',
      reason: 'finished',
      stages: { tokenizer: { steps: 2, train: 2, validation: 1 }, pretrain: { steps: 1 }, finetune: { steps: 1 } },
    });
    expect(await readdir(out)).toEqual(['ecg-tokenizer', 'heartllm.json', 'llm', 'training']);
    expect(await readdir(join(out, 'training'))).toEqual([
      'data.json',
      'finetune.log.jsonl',
      'pretrain.log.jsonl',
      'recipe.json',
      'tokenizer.log.jsonl',
    ]);
    const report = await readFile(join(`${out}.stages`, 'tokenizer.report.html'), 'utf8');
    expect(malformed(report)).toBeUndefined();
    expect(report).toContain('what the codes give back now');
    const made = async (name: string) => JSON.parse(await readFile(join(out, 'training', name), 'utf8'));
    expect(await made('recipe.json')).toMatchObject(recipe);
    expect(await made('data.json')).toEqual({
      dataset: 'PTB-XL',
      tables: {
        'ptbxl_database.csv': expect.stringMatching(/^[0-9a-f]{64}$/),
        'scp_statements.csv': expect.stringMatching(/^[0-9a-f]{64}$/),
      },
      train: [144, 722],
      validation: [913],
    });

    for (const weights of ['ecg-tokenizer', 'llm']) {
      const file = await openSafetensors(folderSource(join(out, weights)), 'model.safetensors');
      expect(new Set(file.names.map((name) => file.info(name).dtype))).toEqual(new Set(['F16']));
    }

    const again = await train(file, out, '--resume', '--json');
    expect(JSON.parse(again.out)).toMatchObject({ reason: 'finished', stages: {} });
    expect(err.match(/tokenizing 3\/3/g)).toHaveLength(1); // the third stage takes the codes of the second
    const other = await write('other', { finetune: { ...language, lr: 0.02 } });
    expect((await train(other, out, '--resume')).err).toMatch(
      /run\.json: is of another recipe, finetune\.lr: expected 0\.02, found 0\.01\n$/,
    );
    expect((await train(file, out)).err).toMatch(
      /model\.stages is there; --resume goes on with it, --force begins again/,
    );
  });

  test('without stage 2 the third goes on from the tokenizer', async () => {
    const out = join(folder, 'without');
    const { out: text } = await train(await write('without', { pretrain: undefined }), out, '--json');
    expect(Object.keys(JSON.parse(text).stages)).toEqual(['tokenizer', 'finetune']);
    expect(await readdir(out)).toEqual(['ecg-tokenizer', 'heartllm.json', 'llm', 'training']);
  });

  test('takes ablations as switches: another quantizer and encoder, frozen embeddings, no background', async () => {
    const out = join(folder, 'ablated');
    const { code, err } = await train(
      await write('ablated', {
        tokenizer: { ...recipe.tokenizer, variant: 'paper', levels: [5, 4], bound: 'tanh' },
        finetune: { ...language, ecgEmbeddings: 'frozen', background: false },
      }),
      out,
    );
    expect([code, err]).toEqual([0, expect.any(String)]);
    const config = JSON.parse(await readFile(join(out, 'ecg-tokenizer', 'config.json'), 'utf8'));
    expect(config).toMatchObject({ levels: [5, 4], bound: 'tanh', encoder: { variant: 'paper' } });
    const tokenizer = JSON.parse(await readFile(join(out, 'llm', 'tokenizer.json'), 'utf8'));
    const words = tokenizer.added_tokens.map(({ content }: { content: string }) => content);
    expect(words.filter((word: string) => /^<\|ecg_\d+\|>$/.test(word))).toHaveLength(20);
    const record = join(data, 'records500', '00000', '00913_hr');
    const asked = await cli('ask', record, 'Is this a normal ECG?', '--model', out, '--backend', 'wasm', '--json');
    expect(JSON.parse(asked.out)).toMatchObject({ text: expect.any(String) });
  });

  test('without discretization the model takes what codes are rounded from, in training, answers and scores', async () => {
    const out = join(folder, 'continuous');
    const file = await write('continuous', {
      pretrain: undefined,
      finetune: { ...language, train: 'lora', loraR: 2, continuous: true },
    });
    expect((await train(file, out)).code).toBe(0);
    expect(await readdir(out)).toEqual(['adapter', 'ecg-tokenizer', 'heartllm.json', 'llm', 'projector', 'training']);
    const saved = await openSafetensors(folderSource(out), 'adapter/adapter_model.safetensors');
    expect(saved.names.filter((name) => name.includes('projector'))).toEqual([]); // PEFT knows none

    const model = await HeartLlm.load(folderSource(out));
    const { llama, vocabulary, continuous } = await model.language();
    expect(continuous).toBe(true);
    const record = await readRecord(folderSource(data), 'records500/00000/00913_hr');
    const { codes } = await model.tokenize(record);
    const points = model.tokenizer.encodePoints(record);
    const ids = questionPrompt(vocabulary, { codes, question: 'Normal?' });
    const [rounded, exact] = [model.tokenizer.fsq.indicesToCodes(codes), points].map((vectors) =>
      llama.logits([ids], undefined, [vectors]),
    );
    expect(await rounded.data()).not.toEqual(await exact.data());
    rounded.dispose();
    exact.dispose();
    expect((await model.ask(record, 'Normal?')).text).toEqual(expect.any(String));
    expect((await model.ask({ codes }, 'Normal?')).text).toEqual(expect.any(String)); // rounded then
    await model.dispose();

    const argv = ['--data', data, '--model', out, '--backend', 'wasm', '--json'];
    const scores = JSON.parse((await cli('eval', 'report', ...argv)).out);
    expect(scores).toMatchObject({ n: 1, controls: { none: { n: 1 }, constant: { n: 1 } } });
    const forecast = await cli('train', 'pretrain', '--data', data, '--model', out, '--out', join(folder, 'no'));
    expect(forecast.err).toContain('takes no codes, so that there are none to forecast; go on with stage 3');
  });

  test('a recipe that is not there, and one whose base is not given, are refused', async () => {
    const out = join(folder, 'never');
    expect((await train('tiny', out)).err).toBe(
      'heartllm: recipe tiny: expected heartllm-3b or nano, or a file that ends in .json\n',
    );
    expect((await train('heartllm-3b', out)).err).toBe(
      'heartllm: recipe heartllm-3b begins with Llama-3.2-3B, whose folder is not given: --llm DIR\n',
    );
    const stages = await cli('train', 'tokenizer', '--data', data, '--out', out, '--crop', '100');
    expect(stages.code).toBe(2);
    expect(stages.err).toContain("argument '100' is invalid. It must be a whole number from 0, a multiple of 16.");
  });
});
