import { mkdtemp, readdir, readFile, rm, stat, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { TrainingEvent } from '@heartllm/training';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { NODE, runProcess } from './helpers/process.ts';
import { writeManyPtbxl } from './helpers/ptbxl-folder.ts';
import { cli } from './helpers/run-cli.ts';

const STAGES = ['tokenizer', 'pretrain', 'finetune'] as const;
const STEPS = 12;
const EVERY = 3;

const common = {
  maxSteps: STEPS,
  epochs: 100,
  every: EVERY,
  validate: 2,
  lr: 0.01,
  clip: 1,
  schedule: 'cosine',
  warmup: 2,
};
const recipe = {
  schemaVersion: 1,
  name: 'tiny',
  about: 'For a test.',
  tokenizer: { ...common, decoderChannels: 8, batchSize: 1, crop: 320, spread: 0.1 },
  llm: { hiddenSize: 8, intermediateSize: 8, numHiddenLayers: 1, numAttentionHeads: 1, textWords: 258 },
  pretrain: { ...common, train: 'all', batchSize: 1, perRecord: 2 },
  finetune: { ...common, train: 'lora', loraR: 2, loraDropout: 0.3, batchSize: 2, perRecord: 2 },
};

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'heartllm-'));
  await writeManyPtbxl(join(folder, 'ptbxl'), 9);
  await writeFile(join(folder, 'tiny.json'), JSON.stringify(recipe));
});
afterAll(() => rm(folder, { recursive: true }));

const argv = (out: string) => {
  const [file, data] = ['tiny.json', 'ptbxl'].map((name) => join(folder, name));
  return ['train', 'all', '--recipe', file, '--data', data, '--out', out, '--backend', 'wasm', '--resume', '--json'];
};

/** Beside which every file of a stage lies. */
const placeOf = (out: string, stage: string) => (stage === 'finetune' ? out : join(`${out}.stages`, stage));

async function eventsOf(path: string): Promise<TrainingEvent[]> {
  const text = await readFile(path, 'utf8').catch(() => '');
  return text.split('\n').flatMap((line) => {
    try {
      return [JSON.parse(line)];
    } catch {
      return []; // being written
    }
  });
}

/** Steps in all logs together. */
async function stepsTaken(out: string): Promise<number> {
  const logs = await Promise.all(STAGES.map((stage) => eventsOf(`${placeOf(out, stage)}.log.jsonl`)));
  return logs.flat().filter(({ type }) => type === 'step').length;
}

/** Runs the command as a process and kills it some time after it has taken so many steps. */
async function killedAfter(out: string, steps: number, milliseconds: number): Promise<void> {
  const ended = runProcess(process.execPath, [...NODE, ...argv(out)], {
    async started(child) {
      while (child.exitCode === null && (await stepsTaken(out)) < steps) await pause(5);
      await pause(milliseconds);
      child.kill('SIGKILL');
    },
  });
  const { code, err } = await ended;
  expect(code, `not killed after ${steps} steps: ${err}`).toBe(-1);
}

/** What a run must not differ in: losses, validations, and all weights. */
async function outcome(out: string) {
  const logs = await Promise.all(
    STAGES.map(async (stage) =>
      (await eventsOf(join(out, 'training', `${stage}.log.jsonl`))).flatMap((event): [number, ...unknown[]][] =>
        event.type === 'step'
          ? [[event.step, event.loss, event.lr, event.gradientNorm]]
          : event.type === 'validation'
            ? [[event.step, event.loss, event.metrics, event.best]]
            : [],
      ),
    ),
  );
  const files = ['ecg-tokenizer/model.safetensors', 'llm/model.safetensors', 'adapter/adapter_model.safetensors'];
  const weights = await Promise.all(files.map(async (file) => (await readFile(join(out, file))).toString('base64')));
  return { logs, weights };
}

test('a run that is killed again and again gives the losses and weights of one that was not', async () => {
  const [whole, killed] = [join(folder, 'whole'), join(folder, 'killed')];
  const expected = cli(...argv(whole));
  // in every stage, at any moment: while a step is taken, a checkpoint or a model folder written
  const moments = STAGES.map((_, i) => [i * STEPS + 2 + Math.floor(9 * Math.random()), Math.floor(60 * Math.random())]);
  for (const [steps, milliseconds] of moments) await killedAfter(killed, steps, milliseconds);
  // and the disk was full when the last checkpoint was written
  const checkpoint = `${killed}.checkpoint.safetensors`;
  const size = await stat(checkpoint).then(
    ({ size }) => size,
    () => 0,
  );
  if (size) await truncate(checkpoint, size - 10);
  const last = await runProcess(process.execPath, [...NODE, ...argv(killed)]);
  expect(last.code, last.err).toBe(0);
  expect((await expected).code).toBe(0);
  expect(await outcome(killed), `killed at ${JSON.stringify(moments)}`).toEqual(await outcome(whole));
  const { logs } = await outcome(whole);
  for (const log of logs)
    expect(log.map(([step]) => step).filter((step, i, all) => step !== all[i - 1])).toHaveLength(STEPS);
  // nothing half-written is left
  expect(await readdir(folder)).toEqual(
    ['killed', 'whole']
      .flatMap((name) => [
        name,
        `${name}.checkpoint.previous.safetensors`,
        `${name}.checkpoint.safetensors`,
        `${name}.log.jsonl`,
        `${name}.report.html`,
        `${name}.stages`,
      ])
      .concat(['ptbxl', 'tiny.json'])
      .sort(),
  );
});
