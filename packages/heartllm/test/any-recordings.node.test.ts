import { cp, mkdtemp, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { useBackend } from '@heartllm/backend';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Interrupt, Interrupted } from '../src/terminal/interrupt.ts';
import { writeFold9 } from './helpers/fold-9-folder.ts';
import { writeRandomModel } from './helpers/model-folder.ts';
import { writeManyPtbxl } from './helpers/ptbxl-folder.ts';
import { cli, stoppableCli } from './helpers/run-cli.ts';
import { LEADS, writeWfdb } from './helpers/wfdb.ts';

let folder: string;
let model: string;
/** Records without a table, some of which do not fit, and one of which is damaged. */
let plain: string;
/** Of PTB-XL, with a damaged recording and a wrong row. */
let ptbxl: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'heartllm-'));
  await useBackend('cpu');
  model = await writeRandomModel(join(folder, 'model'), 1);
  plain = await mkdtemp(join(folder, 'plain-'));
  const value = (seed: number) => (lead: number, sample: number) =>
    Math.round(300 * Math.sin((sample * (lead + seed)) / 50));
  for (let i = 1; i <= 10; i++) await writeWfdb(plain, `r${i}`, { value: value(i) });
  await writeWfdb(plain, 'slow', { value: value(11), fs: 250, samples: 2500 });
  await writeWfdb(plain, 'short', { value: value(12), samples: 4000 });
  await writeWfdb(plain, 'cut', { value: value(13), datBytes: 500 });
  await writeWfdb(plain, 'five', { value: value(14), leads: LEADS.slice(0, 5) });
  ptbxl = await writeManyPtbxl(join(folder, 'ptbxl'), 20);
  const table = await readFile(join(ptbxl, 'ptbxl_database.csv'), 'utf8');
  await writeFile(join(ptbxl, 'ptbxl_database.csv'), table.replace(/^(3,.*),3,(?=records)/m, '$1,eleven,'));
  await truncate(join(ptbxl, 'records500', '00000', '00004_hr.dat'), 100);
});
afterAll(() => rm(folder, { recursive: true }));

const tiny = ['--decoder-channels', '8', '--crop', '160', '--batch-size', '4', '--epochs', '1', '--backend', 'wasm'];

describe('stage 1 needs no labels', () => {
  test('eval tokenizer takes a folder of WFDB records; bad ones cost themselves only', async () => {
    const { code, out, err } = await cli('eval', 'tokenizer', '--data', plain, '--model', model, '--json');
    expect(code).toBe(0);
    expect(JSON.parse(out)).toMatchObject({
      dataset: 'WFDB records',
      n: 12,
      leftOut: { missing: 0, unfit: 2 },
      changed: 2,
    });
    expect(err.match(/^left out: .*$/gm)).toEqual([
      expect.stringMatching(/^left out: cut\.dat.* expected 120000 bytes.* found 500/),
      expect.stringMatching(/^left out: five: leads: /),
    ]);
    const fold = await cli('eval', 'tokenizer', '--data', plain, '--model', model, '--fold', '9');
    expect(fold).toMatchObject({ code: 1, err: `heartllm: --fold: expected PTB-XL in ${plain}, found WFDB records\n` });
  });

  test('train tokenizer takes it, too, and keeps other recordings for validation', async () => {
    const out = join(folder, 'trained');
    const argv = ['train', 'tokenizer', '--data', plain, '--out', out, ...tiny, '--json'];
    const { code, out: json, err } = await cli(...argv);
    expect([code, err]).toEqual([
      0,
      expect.stringMatching(/^warning: left out: cut\.dat.*\nwarning: left out: five: leads/m),
    ]);
    const result = JSON.parse(json);
    expect([result.train + result.validation, result.validation > 0]).toEqual([12, true]);
    const { training, license } = JSON.parse(await readFile(join(out, 'heartllm.json'), 'utf8'));
    expect(training).toMatch(new RegExp(`on ${result.train} recordings of WFDB records: `));
    expect(license).not.toContain('PTB-XL');
    // the same recordings every time, so that it can be resumed
    const again = await cli(...argv, '--resume');
    expect(JSON.parse(again.out)).toMatchObject({ stepsNow: 0, train: result.train, validation: result.validation });

    const labels = await cli(
      'train',
      'tokenizer',
      '--data',
      plain,
      '--out',
      join(folder, 'no'),
      ...tiny,
      '--diagnosis',
      '1',
    );
    expect(labels.err).toContain(`heartllm: --diagnosis: expected PTB-XL in ${plain}, whose labels it learns from\n`);
  });

  test('where no recording can be read, it says so', async () => {
    const bad = await mkdtemp(join(folder, 'bad-'));
    await writeWfdb(bad, 'cut', { datBytes: 500 });
    const trained = await cli('train', 'tokenizer', '--data', bad, '--out', join(folder, 'none'), ...tiny);
    expect(trained).toMatchObject({
      code: 1,
      err: expect.stringMatching(/heartllm: \S+: none of its recordings can be read\n$/),
    });
    const evaluated = await cli('eval', 'tokenizer', '--data', bad, '--model', model);
    expect(evaluated.err).toMatch(/heartllm: WFDB records: not one of its recordings can be read\n$/);
  });
});

describe('wrong rows and damaged recordings of PTB-XL cost themselves only', () => {
  test('in stage 1', async () => {
    const { code, out, err } = await cli(
      'train',
      'tokenizer',
      '--data',
      ptbxl,
      '--out',
      join(folder, 's1'),
      ...tiny,
      '--json',
    );
    expect([code, JSON.parse(out)]).toMatchObject([0, { train: 14, validation: 2 }]); // 16 of folds 1 to 8, less one row and one recording
    expect(err).toMatch(/^warning: ptbxl_database\.csv line 4, column strat_fold: /m);
    expect(err).toMatch(/^warning: left out: records500\/00000\/00004_hr\.dat/m);
  });

  test('in stage 2, and the codes that were made are found again', async () => {
    const out = join(folder, 's2');
    const argv = ['train', 'pretrain', '--data', ptbxl, '--model', model, '--out', out, '--backend', 'wasm', '--json'];
    const small = ['--batch-size', '4', '--epochs', '1', '--max-steps', '1', '--validate', '1', '--per-record', '1'];
    const first = await cli(...argv, ...small);
    expect([first.code, JSON.parse(first.out).steps]).toEqual([0, 1]);
    expect(first.err).toMatch(/^warning: left out: records500\/00000\/00004_hr\.dat/m);
    const { training } = JSON.parse(await readFile(join(out, 'heartllm.json'), 'utf8'));
    expect(training).toContain('on 14 recordings');
    const second = await cli(...argv, ...small, '--force');
    expect(second.err).not.toMatch(/tokenizing/);
    expect(JSON.parse(second.out).loss).toBe(JSON.parse(first.out).loss);
  });

  test('in eval qa', async () => {
    const data = await writeFold9(await mkdtemp(join(folder, 'fold9-')));
    const table = await readFile(join(data, 'ptbxl_database.csv'), 'utf8');
    await writeFile(join(data, 'ptbxl_database.csv'), table.replace(/,1,(?=records)/, ',one,'));
    const { code, out, err } = await cli(
      'eval',
      'qa',
      '--data',
      data,
      '--model',
      model,
      '--backend',
      'wasm',
      '--per-record',
      '1',
      '--json',
    );
    expect([code, JSON.parse(out)]).toMatchObject([0, { records: 4, leftOut: { wrongRows: 1 } }]);
    expect(err).toMatch(/^warning: ptbxl_database\.csv line \d+, column strat_fold: /m);
  });

  test('in a list of questions', async () => {
    const data = await writeFold9(await mkdtemp(join(folder, 'fold9-')));
    const list = join(folder, 'lists', 'valid.json');
    const question = (path: string) => ({
      ecg_path: [path],
      ecg_id: [144],
      template_id: 1,
      question_id: 1,
      sample_id: 0,
      background: 'Patient Information: - Age: 56; - Sex: 1; - Height: nan; - Weight: 63; ',
      question: 'Is this ECG normal?',
      answer: ['yes'],
      question_type: 'single-verify',
      attribute_type: 'scp_code',
      attribute: ['normal ecg'],
    });
    await cp(data, join(folder, 'lists'), { recursive: true });
    const entries = [question('records500/00000/00144_hr'), { question: 'x' }];
    await writeFile(list, JSON.stringify(entries));
    const argv = ['eval', 'qa', '--data', data, '--list', list, '--model', model, '--backend', 'wasm', '--json'];
    const { code, out, err } = await cli(...argv);
    expect([code, err]).toEqual([0, expect.stringMatching(/^warning: lists\/valid\.json/m)]);
    expect(JSON.parse(out)).toMatchObject({ n: 1, leftOut: { wrongRows: 1 } });
  });
});

test('Ctrl-C ends training while recordings are tokenized', async () => {
  const interrupt = new Interrupt();
  const out = join(folder, 'stopped');
  const argv = ['train', 'pretrain', '--data', ptbxl, '--model', model, '--out', out, '--backend', 'wasm'];
  const { code, err } = await stoppableCli(argv, interrupt, (before) => {
    if (/tokenizing \d/.test(before)) interrupt.stop(new Interrupted('SIGTERM'));
  });
  expect([code, err]).toEqual([143, expect.stringMatching(/heartllm: stopped by SIGTERM\n$/)]);
});
