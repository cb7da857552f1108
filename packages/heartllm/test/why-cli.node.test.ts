import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { useBackend } from '@heartllm/backend';
import { openPtbxl, questionsFor } from '@heartllm/ecg-datasets';
import { writeAnnotations } from '@heartllm/ecg-io';
import { folderSource } from '@heartllm/ecg-io/node';
import { malformed } from '@heartllm/testing';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { MOST_PER_PART, waveQuestions } from '../src/eval/wave-questions.ts';
import { writeRandomModel } from './helpers/model-folder.ts';
import { cli } from './helpers/run-cli.ts';
import { LEADS, writeWfdb } from './helpers/wfdb.ts';

let folder: string;
let model: string;
let good: string;
const question = 'Is this a normal ECG?';

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'heartllm-why-'));
  await useBackend('cpu');
  model = await writeRandomModel(join(folder, 'model'), 1);
  good = await writeWfdb(folder, 'good');
});
afterAll(() => rm(folder, { recursive: true }));

const withModel = (...argv: string[]) => cli(...argv, '--model', model, '--backend', 'wasm');

describe('ask --why', () => {
  test('its JSON holds attention and occlusion by code, and what stands out', async () => {
    const { out } = await withModel('ask', good, question, '--why', '--json');
    const { why, generatedTokens } = JSON.parse(out);
    expect(Object.keys(why).sort()).toEqual(
      'against agreement attention logProbability lookedAt neededMost occlusion probability rPeaks windows'.split(' '),
    );
    expect(Object.keys(why.attention).sort()).toEqual(['layers', 'onEcg', 'rollout', 'tokens']);
    for (const map of [why.occlusion, why.attention.rollout, ...why.attention.layers]) expect(map).toHaveLength(313);
    expect(why.windows).toHaveLength(78);
    expect(why.windows.at(-1)).toEqual({ from: 305, to: 313, drop: expect.any(Number) });
    expect(why.attention.tokens.length).toBe(generatedTokens);
    expect(why.probability).toBeCloseTo(Math.exp(why.logProbability), 9);
    expect(why.attention.onEcg).toBeCloseTo(
      why.attention.rollout.reduce((sum: number, value: number) => sum + value, 0),
      3,
    );
    for (const { from, to } of [...why.lookedAt, ...why.neededMost]) {
      expect(to - from).toBeCloseTo(to === 10 ? 0.24 : 0.256, 9);
    }
  });

  test('for people it is told in words, and the page has both maps and says what attention is not', async () => {
    const html = join(folder, 'why.html');
    const { code, out, err } = await withModel('ask', good, question, '--why', '--html', html);
    expect(code).toBe(0);
    for (const told of [`Why: ${question}`, 'Probability', 'rank correlation', 'Attention alone is not evidence']) {
      expect(out).toContain(told);
    }
    expect(err).toMatch(/^masking 78\/78/m);
    const page = await readFile(html, 'utf8');
    expect(malformed(page)).toBeUndefined();
    expect(page.match(/class="shades"/g)).toHaveLength(2);
    expect(page.match(/not evidence/g)?.length).toBeGreaterThanOrEqual(2);
  });

  test('without --why there is neither', async () => {
    const html = join(folder, 'plain.html');
    const { out } = await withModel('ask', good, question, '--html', html, '--json');
    expect(JSON.parse(out)).not.toHaveProperty('why');
    expect(await readFile(html, 'utf8')).not.toContain('class="shades"');
  });
});

test('report --why explains the report and each answer', async () => {
  const html = join(folder, 'report.html');
  const { out } = await withModel('report', good, '--why', '--question', question, '--html', html, '--json');
  const { why, answers } = JSON.parse(out);
  expect(why.occlusion).toHaveLength(313);
  expect(answers[0].why.occlusion).toHaveLength(313);
  const page = await readFile(html, 'utf8');
  expect(page).toContain('Why: Report');
  expect(page).toContain(`Why: ${question}`);
  expect(malformed(page)).toBeUndefined();
});

describe('eval why', () => {
  test('every question is one that PTB-XL answers, so that models are taught it', async () => {
    const examples = fileURLToPath(new URL('../../../examples/data/ptbxl', import.meta.url));
    const { rows, statements } = await openPtbxl(folderSource(examples));
    const known = new Set(rows.flatMap((row) => questionsFor(row, statements).map((asked) => asked.question)));
    for (const asked of waveQuestions(MOST_PER_PART)) expect(known).toContain(asked.question);
  });

  test('tells where attention and occlusion fall on annotated waves, with controls', async () => {
    const ludb = join(folder, 'ludb');
    await mkdir(join(ludb, 'data'), { recursive: true });
    const columns =
      'ID,Sex,Age,Rhythms,Electric axis of the heart,Conduction abnormalities,Extrasystolies,Hypertrophies,Cardiac pacing,Ischemia,Non-specific repolarization abnormalities,Other states';
    await writeFile(join(ludb, 'ludb.csv'), [columns, ...[1, 2, 3].map((i) => `${i},M,50,,,,,,,,,`)].join('\n'));
    const beats = [1, 2, 3, 4, 5, 6, 7, 8].map((beat) => 500 * beat);
    const marks = beats.flatMap((at) => [0, 20, 40, 80, 100, 120, 160, 200, 260].map((after) => at + after));
    for (const name of ['1', '2', '3']) {
      await writeWfdb(join(ludb, 'data'), name);
      if (name === '3') continue; // has no annotations
      for (const lead of LEADS) {
        const symbol = beats.flatMap(() => ['(', 'p', ')', '(', 'N', ')', '(', 't', ')']);
        await writeAnnotations(join(ludb, 'data'), name, lead.toLowerCase(), { sample: marks, symbol });
      }
    }
    const argv = ['eval', 'why', '--data', ludb, '--per-part', '1', '--window', '40', '--stride', '40'];
    const result = JSON.parse((await withModel(...argv, '--json')).out);
    expect(result).toMatchObject({ dataset: 'LUDB', records: 2, leftOut: { withoutWaves: 1 }, window: 40, stride: 40 });
    expect(result.questions.map(({ part }: { part: string }) => part)).toEqual(['P', 'QRS', 'ST', 'T']);
    expect(Object.keys(result.maps)).toEqual(['rollout', 'layer 1', 'occlusion']);
    expect(Object.values(result.time as Record<string, number>).reduce((sum, share) => sum + share, 0)).toBeCloseTo(
      1,
      9,
    );
    expect(result.time.T).toBeCloseTo((8 * 101) / (7 * 500 + 261), 1);
    const { value, interval } = result.maps.rollout.enrichment.T.T;
    expect(value).toBeGreaterThan(0);
    expect(interval[0]).toBeLessThanOrEqual(interval[1]);
    expect(result.masking.ratio.T.T.value).toBeGreaterThan(0);

    const file = join(folder, 'why.jsonl');
    const { out, err } = await withModel(...argv, '--records', '1', '--out', file);
    expect(out).toContain('LUDB: 1 records, 4 questions about each');
    expect(err).toMatch(/asking why 1\/1/);

    const first = await readFile(file, 'utf8');
    await writeFile(file, `${first}{"ecg": 1, "time": {"P"`); // killed while a line was being written
    const resumed = await withModel(...argv, '--out', file, '--json');
    expect(resumed.err).toContain(`${file}: goes on after 1 records\n`);
    expect(JSON.parse(resumed.out)).toEqual({ ...result, out: file });
    const whole = await readFile(file, 'utf8');
    expect(whole.startsWith(first) && whole.trimEnd().split('\n').length === 2).toBe(true);

    expect((await withModel(...argv, '--out', file, '--seed', '1')).err).toContain('made with seed 0, now it is 1');
    await writeFile(file, whole.replace('"total":', '"totaL":'));
    const damaged = await withModel(...argv, '--out', file, '--json');
    expect(damaged.err).toContain(`warning: ${file} line 1: damaged; it and what follows it is made again\n`);
    expect(JSON.parse(damaged.out)).toEqual({ ...result, out: file });
    expect(await readFile(file, 'utf8')).toBe(whole);
  });

  test('other data sets and wrong numbers are refused', async () => {
    const ptbxl = fileURLToPath(new URL('../../../examples/data/ptbxl', import.meta.url));
    expect((await withModel('eval', 'why', '--data', ptbxl)).err).toBe(
      'heartllm: expected LUDB, whose waves are annotated, found PTB-XL, fold 9\n',
    );
    expect((await withModel('eval', 'why', '--data', ptbxl, '--per-part', '4')).code).toBe(2);
  });
});
