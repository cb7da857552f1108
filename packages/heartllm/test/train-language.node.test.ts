import { cp, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { useBackend } from '@heartllm/backend';
import { folderSource } from '@heartllm/ecg-io/node';
import { baseTensors, configJson, Llama } from '@heartllm/lora-llm';
import { encodeSafetensors, openSafetensors } from '@heartllm/safetensors';
import { malformed } from '@heartllm/testing';
import { finetuneSettings, llmSettings, pretrainSettings, readSettings } from '@heartllm/training/recipe';
import { EcgVocabulary, trainBpe } from '@heartllm/vocab-bridge';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Terminal } from '../src/terminal/terminal.ts';
import { trainLanguage } from '../src/training/train-language.ts';
import { writePtbxl } from './helpers/ptbxl-folder.ts';
import { randomModel } from './helpers/random-model.ts';
import { cli } from './helpers/run-cli.ts';

let folder: string;
let data: string;
let random: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'heartllm-'));
  data = await writePtbxl(join(folder, 'ptbxl'));
  random = join(folder, 'random');
  await useBackend('cpu');
  for (const [path, bytes] of Object.entries(await randomModel(1))) {
    await mkdir(dirname(join(random, path)), { recursive: true });
    await writeFile(join(random, path), bytes);
  }
});

afterAll(() => rm(folder, { recursive: true }));

const train = (stage: string, from: string, out: string, ...argv: string[]) =>
  cli('train', stage, '--data', data, '--model', from, '--out', out, '--backend', 'wasm', '--json', ...argv);

const ask = async (model: string) => {
  const record = join(data, 'records500', '00000', '00913_hr');
  const { out, err } = await cli(
    'ask',
    record,
    'Is this a normal ECG?',
    '--model',
    model,
    '--backend',
    'wasm',
    '--json',
  );
  return err ? err : JSON.parse(out).text;
};

/** A copy of a model folder with some of its parts only. */
async function parts(from: string, to: string, contents: Record<string, string>): Promise<string> {
  const manifest = JSON.parse(await readFile(join(from, 'heartllm.json'), 'utf8'));
  for (const part of Object.values(contents)) await cp(join(from, part), join(to, part), { recursive: true });
  await writeFile(join(to, 'heartllm.json'), JSON.stringify({ ...manifest, contents }));
  return to;
}

describe('train finetune', () => {
  test('adds LoRA to the model it goes on from, leaves the base as it was, and its adapter can be imported', async () => {
    const out = join(folder, 'tuned');
    const run = await train(
      'finetune',
      random,
      out,
      '--lora-r',
      '2',
      '--max-steps',
      '3',
      '--batch-size',
      '2',
      '--lr',
      '0.05',
    );
    expect(JSON.parse(run.out)).toMatchObject({ out, steps: 3, totalSteps: 3, reason: 'finished' });
    expect(await readdir(out)).toEqual(['adapter', 'ecg-tokenizer', 'heartllm.json', 'llm']);
    const weights = (dir: string) => readFile(join(dir, 'llm', 'model.safetensors'));
    expect((await weights(out)).equals(await weights(random))).toBe(true);
    expect(JSON.parse(await readFile(join(out, 'adapter', 'adapter_config.json'), 'utf8'))).toMatchObject({ r: 2 });
    expect(JSON.parse(await readFile(join(out, 'heartllm.json'), 'utf8')).training).toMatch(
      /^Not trained at all\. Then 3 steps of questions and reports with LoRA of rank 2/,
    );

    const bare = await parts(out, join(folder, 'bare'), { ecgTokenizer: 'ecg-tokenizer', llm: 'llm' });
    const untuned = await ask(bare);
    const imported = await cli('import', 'adapter', join(out, 'adapter'), '--out', bare, '--json');
    expect(JSON.parse(imported.out)).toEqual({
      out: bare,
      part: 'adapter',
      files: ['adapter_config.json', 'adapter_model.safetensors'],
      tensors: 2 * 7 + 3,
    });
    expect(await ask(bare)).toBe(await ask(out));
    expect(await ask(bare)).not.toBe(untuned);
  });

  test('the same seed gives the same losses, another seed others', async () => {
    const losses = async (name: string, seed: number) => {
      const argv = ['--max-steps', '2', '--batch-size', '2', '--seed', `${seed}`];
      const run = JSON.parse((await train('finetune', random, join(folder, name), ...argv)).out);
      return [run.loss, ...run.validations.map(({ loss }: { loss: number }) => loss)];
    };
    const first = await losses('seed-a', 4);
    expect(await losses('seed-b', 4)).toEqual(first);
    expect(await losses('seed-c', 5)).not.toEqual(first);
  });
});

describe('a run that is stopped and resumed', () => {
  test.each([
    ['pretrain', false],
    ['finetune', false],
    ['finetune', true],
  ] as const)('%s (continuous: %s) ends with the weights of one that was not', async (stage, continuous) => {
    const stop = new AbortController();
    const never = new AbortController().signal;
    const stops = {
      out() {},
      err: (text: string) => /^training/.test(text) && stop.abort(),
      interactive: false,
      columns: 80,
    };
    const goesOn = { ...stops, err() {} };
    const settings = {
      ...{ loraR: 2, epochs: 4, batchSize: 2, lr: 0.01, maxSteps: 4, perRecord: 4, every: 2, validate: 4, seed: 1 },
    };
    const run = (out: string, resume: boolean, terminal: Terminal) =>
      trainLanguage(
        {
          ...(stage === 'pretrain'
            ? { stage, recipe: readSettings(pretrainSettings, settings, stage) }
            : { stage, recipe: readSettings(finetuneSettings, { ...settings, continuous }, stage) }),
          ...{ data, model: random, out, force: false, resume, signal: terminal === stops ? stop.signal : never },
          llm: readSettings(llmSettings, {}, 'llm'),
        },
        terminal,
      );
    const [whole, parts] = ['whole', 'parts'].map((name) => join(folder, `${stage}-${continuous}-${name}`));
    const expected = await run(whole, false, goesOn);
    const stopped = await run(parts, false, stops);
    expect(stopped).toMatchObject({ steps: 1, totalSteps: 4, reason: 'stopped' });
    const resumed = await run(parts, true, goesOn);
    expect(resumed).toMatchObject({ steps: 4, reason: 'finished', validations: expected.validations });
    const log = async (path: string) =>
      (await readFile(path, 'utf8'))
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line))
        .filter(({ type }) => type === 'step')
        .map(({ step, loss }) => [step, loss]);
    expect(await log(expected.log)).toHaveLength(4);
    expect(await log(resumed.log)).toEqual(await log(expected.log));
    const report = await readFile(resumed.report, 'utf8');
    expect(malformed(report)).toBeUndefined();
    expect(report).toContain(stage === 'pretrain' ? 'of 30 codes right' : 'what the model writes now');
    expect(report).toContain('finished, step 4 of 4');
    const adapter = (out: string) => readFile(join(out, 'adapter', 'adapter_model.safetensors'));
    expect((await adapter(parts)).equals(await adapter(whole))).toBe(true);
    if (continuous) {
      const projector = (out: string) => readFile(join(out, 'projector', 'model.safetensors'));
      expect((await projector(parts)).equals(await projector(whole))).toBe(true);
    }
  });
});

describe('with a Hugging Face Llama as the base', () => {
  /** An ordinary folder: a vocabulary of text alone, weights in half precision. */
  async function writeBase(folder: string): Promise<string> {
    const tokenizer = trainBpe(['sinus rhythm. normal ecg. yes no'], { vocabSize: 260 });
    const vocabSize = new EcgVocabulary(tokenizer).padId;
    const llama = Llama.create(
      { vocabSize, hiddenSize: 16, intermediateSize: 16, numHiddenLayers: 1, numAttentionHeads: 2 },
      7,
    );
    const tensors = Object.entries(await baseTensors(llama)).map(([name, tensor]) => [
      name,
      { ...tensor, dtype: 'F16' as const },
    ]);
    await mkdir(folder);
    await writeFile(join(folder, 'config.json'), JSON.stringify(configJson(llama.config)));
    await writeFile(join(folder, 'tokenizer.json'), JSON.stringify(tokenizer));
    await writeFile(join(folder, 'model.safetensors'), encodeSafetensors(Object.fromEntries(tensors)));
    llama.dispose();
    return folder;
  }

  test("the vocabulary is extended; stage 2 trains all rows, and at the start of stage 3 those of text are the base's", async () => {
    const base = await writeBase(join(folder, 'base'));
    const from = await parts(random, join(folder, 'with-base'), { ecgTokenizer: 'ecg-tokenizer' });
    const short = ['--llm', base, '--lora-r', '2', '--max-steps', '1', '--batch-size', '2', '--lr', '0.05'];
    const [pretrained, tuned] = [join(folder, 'base-2'), join(folder, 'base-3')];
    expect((await train('pretrain', from, pretrained, ...short)).code).toBe(0);
    expect((await train('finetune', pretrained, tuned, ...short)).code).toBe(0);
    for (const name of ['model.embed_tokens.weight', 'lm_head.weight']) {
      const rows = async (path: string) => (await openSafetensors(folderSource(path), 'model.safetensors')).read(name);
      const [text, stage2, stage3] = [
        await rows(base),
        await rows(join(pretrained, 'llm')),
        await rows(join(tuned, 'llm')),
      ];
      expect(stage3.shape).toEqual([text.shape[0] + 3 + 1296 + 2, 16]);
      expect(stage2.data.slice(0, text.data.length)).not.toEqual(text.data);
      expect(stage3.data.slice(0, text.data.length)).toEqual(text.data);
      expect(stage3.data.slice(text.data.length)).toEqual(stage2.data.slice(text.data.length));
    }
    expect(await ask(tuned)).toEqual(expect.any(String));
  });
});

describe('train pretrain', () => {
  test('makes a new language model where there is none, and writes a folder that can be asked', async () => {
    const from = await parts(random, join(folder, 'tokenizer-only'), { ecgTokenizer: 'ecg-tokenizer' });
    const out = join(folder, 'pretrained');
    const run = await train('pretrain', from, out, '--train', 'all', '--max-steps', '1', '--batch-size', '1');
    expect(JSON.parse(run.out)).toMatchObject({ out, steps: 1, reason: 'finished', validations: [{ step: 1 }] });
    expect(await readdir(out)).toEqual(['ecg-tokenizer', 'heartllm.json', 'llm']);
    expect(await ask(out)).toEqual(expect.any(String));
  });

  test('a folder that is there is refused before any work, unless --force', async () => {
    const { code, err } = await train('pretrain', random, random);
    expect([code, err]).toEqual([1, `heartllm: ${random} is there and not empty; --force replaces it\n`]);
  });
});
