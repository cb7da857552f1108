import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { controlsOf } from '../src/eval/controls.ts';
import type { EvalItem, Prediction } from '../src/eval/item.ts';
import { planBatches } from '../src/eval/plan.ts';
import { predict, type Writer } from '../src/eval/predict.ts';
import { PredictionsFile } from '../src/eval/predictions-file.ts';
import type { RunSettings } from '../src/eval/settings-file.ts';

const ecgs = Array.from({ length: 5 }, (_, i) => ({ codes: Int32Array.of(i, i), patient: `patient ${i}` }));
const items = Array.from(
  { length: 9 },
  (_, id): EvalItem => ({
    id,
    ecg: id % 5,
    text: id % 2 ? 'Größe?' : 'q?', // an umlaut: bytes are not characters
    group: 'g',
    maxNewTokens: 3,
    yesNo: id % 2 === 0,
    prior: 'no',
  }),
);
const shown = controlsOf(ecgs, 0);
const batches = planBatches(items, shown.conditions, shown.key, 2);
const fields = ({ text }: EvalItem) => ({ question: text });
const settings: RunSettings = { task: 'qa', seed: 0, model: 'tiny 12ab' };

let folder: string;
let path: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'heartllm-'));
  path = join(folder, 'predictions.jsonl');
});
afterAll(() => rm(folder, { recursive: true }));

/** Answers by the codes, and counts what it was asked. */
function counting(): { writer: Writer; asked: () => number } {
  let count = 0;
  return {
    asked: () => count,
    writer: async (prompts) => {
      count += prompts.length;
      return prompts.map(({ codes, text }) => ({ text: `${text} ${[...Array.from(codes)]}`, pYes: codes.length / 7 }));
    },
  };
}

async function run(
  writer: Writer,
  changed: RunSettings = {},
  stopAfter = Number.POSITIVE_INFINITY,
): Promise<Prediction[]> {
  const file = await PredictionsFile.open(path, { ...settings, ...changed }, batches, fields);
  let all: Prediction[] = [];
  try {
    for await (const { batch, predictions } of predict({ batches, shown, writer, file, signal: neverStops })) {
      all = predictions;
      if (batch === stopAfter) break;
    }
  } finally {
    await file.close();
  }
  return all;
}
const neverStops = new AbortController().signal;

test('a run that was cut off at any byte goes on to the same file and the same predictions, and asks nothing twice', async () => {
  const { writer, asked } = counting();
  const uninterrupted = await run(writer);
  const all = asked();
  const bytes = await readFile(path);
  const lines = bytes.toString('utf8').trimEnd().split('\n');
  expect(lines).toHaveLength(items.length * 5);
  expect(JSON.parse(lines[0])).toEqual({
    id: 0,
    ecg: 0,
    condition: 'model',
    question: 'q?',
    prediction: 'q? 0,0',
    pYes: 2 / 7,
    crc32: expect.stringMatching(/^[0-9a-f]{8}$/),
  });
  expect(bytes.toString('utf8')).not.toContain('patient');

  await fc.assert(
    fc.asyncProperty(fc.integer({ min: 0, max: bytes.length }), async (cut) => {
      await writeFile(path, bytes.subarray(0, cut));
      const again = counting();
      expect(await run(again.writer)).toEqual(uninterrupted);
      expect((await readFile(path)).equals(bytes)).toBe(true);
      const kept = bytes.subarray(0, cut).toString('utf8').split('\n').length - 1;
      expect(again.asked()).toBeLessThanOrEqual(all);
      if (kept === lines.length) expect(again.asked()).toBe(0);
    }),
    { numRuns: 30, examples: [[0], [bytes.length], [bytes.length - 1]] },
  );
});

test('a byte that has changed is noticed, and the run continues from the last whole batch to the same file', async () => {
  await rm(path, { force: true });
  const uninterrupted = await run(counting().writer);
  const bytes = await readFile(path);
  await fc.assert(
    fc.asyncProperty(fc.nat(bytes.length - 2), fc.nat(7), async (at, bit) => {
      const damaged = Buffer.from(bytes);
      damaged[at] ^= 1 << bit;
      await writeFile(path, damaged);
      const file = await PredictionsFile.open(path, settings, batches, fields);
      await file.close();
      const line = bytes.subarray(0, at).toString('latin1').split('\n').length;
      expect(file.damaged).toBe(line);
      expect(file.restored.flat().length).toBeLessThan(line);
      expect(await run(counting().writer)).toEqual(uninterrupted);
      expect((await readFile(path)).equals(bytes)).toBe(true);
    }),
    { numRuns: 100 },
  );
});

test('a run that is stopped keeps what it has, and goes on', async () => {
  await rm(path);
  await rm(`${path}.settings.json`);
  const { writer, asked } = counting();
  const first = await run(writer, {}, 2);
  const before = asked();
  const all = await run(writer);
  expect(all.slice(0, first.length)).toEqual(first);
  expect(asked()).toBe(
    before + batches.slice(3).reduce((n, b) => n + (b.condition === 'prior' ? 0 : b.prompts.length), 0),
  );
});

test('other settings, other lines and missing settings are refused by name, and nothing is written', async () => {
  const { writer, asked } = counting();
  const before = await readFile(path);
  const refused = (changed: RunSettings = {}) => expect(run(writer, changed)).rejects;
  await refused({ model: 'tiny 34cd' }).toThrow(
    `${path}: made with model tiny 12ab, now it is tiny 34cd; name another --out`,
  );
  await refused({ seed: 1 }).toThrow('made with seed 0, now it is 1');
  await refused({ fold: 9 }).toThrow('made with fold unknown, now it is 9');
  expect((await readFile(path)).equals(before)).toBe(true);

  const lines = before.toString('utf8').split('\n');
  await writeFile(path, [lines[1], lines[0], ...lines.slice(2)].join('\n'));
  await refused().toThrow(`${path} line 1: expected the prediction with id 0 and condition model`);
  await writeFile(path, `${before.toString('utf8')}${lines[0]}\n`);
  await refused().toThrow(`${path} line ${lines.length}: expected the end, found more predictions`);

  await writeFile(path, before);
  await rm(`${path}.settings.json`);
  await refused().toThrow(`${path}: exists, but cannot be continued without ${path}.settings.json`);
  await writeFile(`${path}.settings.json`, 'no');
  await refused().toThrow(`${path}.settings.json: expected JSON`);
  expect(asked()).toBe(0);
});

test('a signal ends it before the next batch', async () => {
  const stop = new AbortController();
  let asked = 0;
  const writer: Writer = async (prompts) => {
    asked++;
    stop.abort(new Error('enough'));
    return prompts.map(() => ({ text: '' }));
  };
  const all = async () => {
    for await (const _ of predict({ batches, shown, writer, signal: stop.signal }));
  };
  await expect(all()).rejects.toThrow('enough');
  expect(asked).toBe(1);
});
