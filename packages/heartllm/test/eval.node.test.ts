import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { useBackend } from '@heartllm/backend';
import * as tf from '@tensorflow/tfjs-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { writeFold9 } from './helpers/fold-9-folder.ts';
import { writeRandomModel } from './helpers/model-folder.ts';
import { cli } from './helpers/run-cli.ts';
import { writeWfdb } from './helpers/wfdb.ts';

interface Line {
  id: number;
  ecg: number;
  condition: string;
  type: string;
  attributeType: string;
  question: string;
  answer: string[];
  counted: boolean;
  prediction: string;
  reference: string;
  pYes?: number;
}

let folder: string;
let data: string;
let model: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'heartllm-'));
  data = await writeFold9(join(folder, 'ptbxl'));
  await useBackend('cpu');
  model = await writeRandomModel(join(folder, 'random'), 1);
});
afterAll(() => rm(folder, { recursive: true }));

const evaluate = (what: string, ...argv: string[]) =>
  cli('eval', what, '--data', data, '--model', model, ...(what === 'tokenizer' ? [] : ['--backend', 'wasm']), ...argv);

async function linesOf(path: string): Promise<Line[]> {
  const text = await readFile(path, 'utf8');
  return text
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Line);
}

/** Right as ECG-QA counts it, written down once more. */
function isRight({ prediction, answer }: Line): boolean {
  const given = [...new Set(prediction.trim().split('.'))].sort();
  return JSON.stringify(given) === JSON.stringify([...new Set(answer)].sort());
}

describe('eval qa', () => {
  const ask = (out: string, ...argv: string[]) =>
    evaluate('qa', '--per-record', '4', '--batch-size', '8', '--json', '--out', join(folder, out), ...argv);

  test('counts what its file of predictions says, control by control, and goes on with it', async () => {
    const tensors = tf.memory().numTensors;
    const { code, out, err } = await ask('qa.jsonl');
    expect([code, err.match(/^heartllm:.*/m)]).toEqual([0, null]);
    expect(tf.memory().numTensors).toBe(tensors);
    const result = JSON.parse(out);
    const lines = await linesOf(join(folder, 'qa.jsonl'));
    for (const condition of ['model', 'none', 'shuffled', 'constant', 'prior']) {
      const scores = condition === 'model' ? result : result.controls[condition];
      const counted = lines.filter((line) => line.condition === condition && line.counted);
      const right = counted.filter(isRight).length;
      expect([scores.n, scores.correct, scores.exactMatch]).toEqual([counted.length, right, right / counted.length]);
      for (const type of new Set(counted.map((line) => line.type))) {
        const of = counted.filter((line) => line.type === type);
        expect(scores.byType[type]).toMatchObject({ n: of.length, correct: of.filter(isRight).length });
      }
    }
    const byType: { n: number }[] = Object.values(result.byType);
    expect(byType.reduce((sum, { n }) => sum + n, 0)).toBe(result.n);
    expect(result).toMatchObject({
      dataset: 'PTB-XL, fold 9',
      records: 4,
      leftOut: { missing: 0, unfit: 0 },
      priorFrom: '9 recordings of folds 1 to 8',
      model: 'random',
      backend: { name: 'wasm' },
    });
    expect(result.interval).toHaveLength(2);
    expect(result.auroc.superclasses.macro).toEqual(expect.any(Number));
    expect(result.controls.none.auroc.macro).toBe(0.5);

    // every superclass was asked about every record that states it, and yes weighed against no
    const weighed = lines.filter((line) => line.condition === 'model' && line.type === 'single-verify');
    expect(weighed.every(({ pYes }) => pYes! > 0 && pYes! < 1)).toBe(true);
    expect(weighed.filter(({ question }) => question === 'Is this a normal ECG?')).toHaveLength(4);
    expect(lines.filter(({ type }) => type !== 'single-verify').some((line) => 'pYes' in line)).toBe(false);
    const { text } = { text: await readFile(join(folder, 'qa.jsonl'), 'utf8') };
    for (const patient of ['16914', '6446', '1791', '6560']) expect(text).not.toContain(patient);

    // half of the file, a torn line at its end: the rest is made again, to the byte
    const bytes = await readFile(join(folder, 'qa.jsonl'));
    await writeFile(join(folder, 'qa.jsonl'), bytes.subarray(0, bytes.length >> 1));
    const resumed = await ask('qa.jsonl');
    expect(resumed.err).toMatch(/qa\.jsonl: goes on after \d+ of \d+ batches/);
    expect((await readFile(join(folder, 'qa.jsonl'))).equals(bytes)).toBe(true);
    const untimed = (text: string) => ({ ...JSON.parse(text), prompts: 0, seconds: 0 });
    expect(untimed(resumed.out)).toEqual(untimed(out));

    const other = await ask('qa.jsonl', '--seed', '1');
    expect([other.code, other.err.match(/^heartllm: .*/m)?.[0]]).toEqual([
      1,
      `heartllm: ${join(folder, 'qa.jsonl')}: made with seed 0, now it is 1; name another --out`,
    ]);
    const another = await writeRandomModel(join(folder, 'other'), 2);
    const swapped = await cli(
      ...['eval', 'qa', '--data', data, '--model', another, '--backend', 'wasm', '--per-record', '4'],
      ...['--batch-size', '8', '--out', join(folder, 'qa.jsonl')],
    );
    expect(swapped.err).toMatch(
      /qa\.jsonl: made with model random \w{64}, now it is random \w{64}; name another --out/,
    );
    expect((await readFile(join(folder, 'qa.jsonl'))).equals(bytes)).toBe(true);
  });

  test('one record has no other: the shuffled control is null, what is missing is counted', async () => {
    const part = join(folder, 'part');
    await cp(data, part, { recursive: true });
    for (const number of ['00144', '00722']) await rm(join(part, 'records500', '00000', `${number}_hr.hea`));
    await writeFile(join(part, 'records500', '00000', '00823_hr.dat'), 'short');
    const { out, err } = await cli(
      ...['eval', 'qa', '--data', part, '--model', model, '--backend', 'wasm', '--json', '--per-record', '1'],
      ...['--list', await questionList(), '--batch-size', '4'],
    );
    expect(err).toMatch(/^left out: records500\/00000\/00823_hr/m);
    expect(JSON.parse(out)).toMatchObject({
      n: 1,
      records: 1,
      leftOut: { missing: 2, unfit: 1, comparisons: 1, withoutRecording: 3 },
      controls: { shuffled: null },
    });
  });

  /** A list as ECG-QA has them, about all four recordings, and a comparison. */
  async function questionList(): Promise<string> {
    const entry = (ecg_id: number[], answer: string[], type = 'single-verify') => ({
      template_id: 1,
      question_id: 1,
      sample_id: ecg_id[0],
      question_type: type,
      attribute_type: 'scp_code',
      question: 'Does this ECG show symptoms of hypertrophy?',
      answer,
      ecg_id,
      attribute: type === 'single-verify' ? ['hypertrophy'] : null,
    });
    await mkdir(join(folder, 'template'), { recursive: true });
    const test = [144, 722, 823, 913].map((id, i) => entry([id], [i % 2 ? 'yes' : 'no']));
    const comparison = entry([144, 722], ['none'], 'comparison_irrelevant-query');
    await writeFile(join(folder, 'template', 'test.json'), JSON.stringify([...test, comparison]));
    await writeFile(join(folder, 'template', 'train.json'), JSON.stringify([entry([5], ['yes']), entry([6], ['yes'])]));
    return join(folder, 'template', 'test.json');
  }

  test('ECG-QA: the most frequent answer is learned from the train list beside it', async () => {
    const { out } = await evaluate('qa', '--json', '--list', await questionList(), '--batch-size', '4');
    const result = JSON.parse(out);
    expect(result).toMatchObject({
      n: 4,
      dataset: 'template/test.json',
      priorFrom: '2 questions of template/train.json',
      controls: { prior: { n: 4, correct: 2 } },
      auroc: { superclasses: { HYP: { n: 4, positive: 2 } } },
      notes: [],
    });
    const trained = await evaluate('qa', '--list', await questionList(), '--fold', '3');
    expect(trained.err).toBe('heartllm: template/test.json: no question about a single ECG of fold 3\n');
  });
});

describe('eval report', () => {
  test('without background no prompt tells age, sex, height or weight, so that one shows no more than the ECG', async () => {
    const prompts = async (...argv: string[]) => {
      const { code, out } = await evaluate('report', '--json', ...argv);
      expect(code).toBe(0);
      return JSON.parse(out).prompts;
    };
    // without an ECG, or with one code, all prompts are the same then, and asked once
    expect(await prompts('--no-background')).toBeLessThan(await prompts());
    const out = join(folder, 'background.jsonl');
    await prompts('--out', out);
    expect((await evaluate('report', '--out', out, '--no-background')).err).toContain('background');
  });

  test('scores the reports in its file, prints a table, and says what METEOR lacks', async () => {
    const out = join(folder, 'report.jsonl');
    const run = await evaluate('report', '--json', '--out', out);
    const result = JSON.parse(run.out);
    const lines = await linesOf(out);
    expect(lines).toHaveLength(4 * 5);
    expect(lines.filter(({ id }) => id === 0).map(({ condition }) => condition)).toEqual([
      'model',
      'none',
      'shuffled',
      'constant',
      'prior',
    ]);
    for (const field of ['bleu1', 'bleu2', 'bleu3', 'bleu4', 'meteor'])
      expect(result[field]).toEqual(expect.any(Number));
    for (const field of ['rouge1', 'rouge2', 'rougeL']) {
      expect(Object.keys(result[field])).toEqual(['p', 'r', 'f']);
    }
    expect(Object.keys(result.controls).sort()).toEqual(['constant', 'none', 'prior', 'shuffled']);
    expect(result).toMatchObject({ n: 4, synonyms: false, superclasses: { n: expect.any(Number) } });

    const synonyms = join(folder, 'synonyms.json');
    await writeFile(synonyms, '{"ecg": ["electrocardiogram"]}');
    const table = await evaluate('report', '--out', out, '--synonyms', synonyms);
    expect(table.out).toMatch(/^PTB-XL, fold 9: 4 records, 4 reports\n/);
    expect(table.out).toMatch(/bleu4 +0\.\d{3} \[0\.\d{3} 0\.\d{3}\]/);
    expect(table.out).toContain('METEOR with the synonyms that were given');
    await writeFile(synonyms, '["a"]');
    const { code, err } = await evaluate('report', '--synonyms', synonyms);
    expect([code, err]).toEqual([1, `heartllm: ${synonyms}: expected an object of lists of words, by stem\n`]);
  });
});

describe('eval tokenizer', () => {
  test('is the mean of what reconstruct says of each record, with controls', async () => {
    const result = JSON.parse((await evaluate('tokenizer', '--json')).out);
    const paths = ['00144', '00722', '00823', '00913'].map((n) => join(data, 'records500', '00000', `${n}_hr`));
    const { records } = JSON.parse((await cli('reconstruct', ...paths, '--model', model, '--json')).out);
    const mean = records.reduce((sum: number, { mse }: { mse: number }) => sum + mse, 0) / 4;
    expect(result.mse).toBeCloseTo(mean, 6);
    expect(result.msePerLead).toHaveLength(12);
    expect(result.controls.none.mse).toBeCloseTo(1, 6);
    expect(result).toMatchObject({ n: 4, codebookSize: 1296, dataset: 'PTB-XL, fold 9', model: 'random' });
    expect(result.fidelity.prdPerLead).toHaveLength(12);
    expect((await evaluate('tokenizer')).out).toMatch(/codes used, perplexity/);
  });
});

describe('other data sets', () => {
  test('LUDB: its labels answer yes/no questions, balanced for exact match, all of them for AUROC', async () => {
    const ludb = join(folder, 'ludb');
    await mkdir(join(ludb, 'data'), { recursive: true });
    const columns =
      'ID,Sex,Age,Rhythms,Electric axis of the heart,Conduction abnormalities,Extrasystolies,Hypertrophies,Cardiac pacing,Ischemia,Non-specific repolarization abnormalities,Other states';
    const rhythms = ['Sinus rhythm', 'Sinus rhythm', 'Atrial fibrillation'];
    const rows = rhythms.map((rhythm, i) => `${i + 1},M,50,${rhythm},,,,,,,,`);
    await writeFile(join(ludb, 'ludb.csv'), [columns, ...rows].join('\n'));
    for (let i = 1; i <= 3; i++) {
      const value = (lead: number, sample: number) => Math.round(100 * Math.sin((sample * (lead + i)) / 40));
      await writeWfdb(join(ludb, 'data'), String(i), {
        value,
        comments: ['<age>: 50', '<diagnoses>:', `${rhythms[i - 1]}.`],
      });
    }
    const argv = ['--data', ludb, '--model', model, '--backend', 'wasm', '--json'];
    const result = JSON.parse((await cli('eval', 'qa', ...argv)).out);
    // normal ecg, sinus rhythm and atrial fibrillation have both answers: two of each count, three of each are weighed
    expect(result).toMatchObject({ dataset: 'LUDB', n: 6, records: 3, auroc: { classes: 3 } });
    expect(result.auroc.attributes['atrial fibrillation']).toMatchObject({ n: 3, positive: 1 });
    expect(result.auroc.leftOut).toContain('hypertrophy');
    await rm(join(ludb, 'data', '2.hea'));
    const reports = JSON.parse((await cli('eval', 'report', ...argv)).out);
    expect(reports).toMatchObject({ n: 2, dataset: 'LUDB', leftOut: { missing: 1 } });
    await writeFile(join(ludb, 'ludb.csv'), [columns, 'x,M,50,,,,,,,,,'].join('\n'));
    expect((await cli('eval', 'qa', ...argv)).err).toMatch(/ludb\.csv line 2, column ID: expected/);
  });

  test('a model without a language model is refused before any work, and so is a fold of which nothing is there', async () => {
    const bare = join(folder, 'bare');
    await cp(model, bare, { recursive: true });
    const manifest = JSON.parse(await readFile(join(bare, 'heartllm.json'), 'utf8'));
    await writeFile(
      join(bare, 'heartllm.json'),
      JSON.stringify({ ...manifest, contents: { ecgTokenizer: 'ecg-tokenizer' } }),
    );
    const { err } = await cli('eval', 'qa', '--data', data, '--model', bare, '--backend', 'cpu');
    expect(err).toBe('heartllm: model random holds an ECG tokenizer only, no language model to ask\n');
    expect((await evaluate('report', '--fold', '2')).err).toBe(
      'heartllm: ptbxl_database.csv: no recording of fold 2\n',
    );
    expect((await evaluate('tokenizer', '--fold', '1')).err).toMatch(
      /^heartllm: PTB-XL, fold 1: not one of its recordings can be read$/m,
    );
  });

  test('a folder that holds none is refused by what was expected', async () => {
    const { code, err } = await cli('eval', 'qa', '--data', folder, '--backend', 'cpu');
    expect([code, err]).toEqual([
      1,
      `heartllm: ${folder}: expected ptbxl_database.csv, ludb.csv or exams.csv; questions about other recordings need a --list\n`,
    ]);
    expect((await evaluate('qa', '--fold', '11')).code).toBe(2);
  });
});
