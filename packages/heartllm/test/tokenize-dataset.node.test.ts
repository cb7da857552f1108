import { createHash } from 'node:crypto';
import { cp, mkdir, mkdtemp, readdir, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { useBackend } from '@heartllm/backend';
import { readRecord } from '@heartllm/ecg-io';
import { folderSource } from '@heartllm/ecg-io/node';
import { CodeShards, EcgTokenizer } from '@heartllm/fsq-tokenizer';
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import { Interrupt, Interrupted } from '../src/terminal/interrupt.ts';
import { folderOf } from './helpers/folder-of.ts';
import { writeManyPtbxl } from './helpers/ptbxl-folder.ts';
import { randomModel } from './helpers/random-model.ts';
import { cli, stoppableCli } from './helpers/run-cli.ts';
import { LEADS, writeWfdb } from './helpers/wfdb.ts';

const EXAMPLES = fileURLToPath(new URL('../../../examples/data/ptbxl', import.meta.url));

let folder: string;
/** Small, to be quick. */
let model: string;
let data: string;
/** Shards of `data`, made at once. */
let whole: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'heartllm-'));
  model = join(folder, 'model');
  await useBackend('cpu');
  for (const [path, bytes] of Object.entries(await randomModel(1))) {
    await mkdir(dirname(join(model, path)), { recursive: true });
    await writeFile(join(model, path), bytes);
  }
  data = await writeManyPtbxl(join(folder, 'data'), 9);
  whole = join(folder, 'whole');
  await tokenize(whole);
});
afterAll(() => rm(folder, { recursive: true }));
afterEach(() => vi.unstubAllEnvs());

/** With the small model. */
const run = (...argv: string[]) => cli('tokenize', '--model', model, ...argv);

async function tokenize(out: string, ...argv: string[]) {
  const { code, out: json, err } = await run('--ptbxl', data, '--out', out, '--shards', '4', '--json', ...argv);
  expect([code, err]).toEqual([0, expect.not.stringContaining('heartllm:')]);
  return JSON.parse(json);
}

async function all<T>(items: AsyncIterable<T>): Promise<T[]> {
  const list: T[] = [];
  for await (const item of items) list.push(item);
  return list;
}

describe('tokenize --ptbxl', () => {
  test("holds each record's codes, its fold, and what it takes to bring millivolts back", async () => {
    const out = join(folder, 'examples');
    const { code, out: json } = await cli('tokenize', '--ptbxl', EXAMPLES, '--out', out, '--threads', '1', '--json');
    expect(code).toBe(0);
    expect(JSON.parse(json)).toEqual({
      out,
      dataset: 'ptb-xl',
      model: 'heartllm-nano',
      format: 1,
      records: 13,
      shards: 1,
      share: { index: 0, count: 1 },
      wrongRows: 0,
      made: 1,
      kept: 0,
      tokenized: 13,
      missing: 0,
      unread: 0,
      failed: 0,
      seconds: expect.any(Number),
      recordsPerSecond: expect.any(Number),
      stopped: false,
    });
    const tokenizer = await EcgTokenizer.load();
    const shards = await CodeShards.open(folderSource(out));
    expect(shards.manifest).toMatchObject({ format: 1, levels: [6, 6, 6, 6], bound: 'sigmoid', codesPerSecond: 31.25 });
    const records = await all(shards);
    expect(records).toHaveLength(13);
    for (const { record, fold, codes, scale } of records) {
      const ecg = await readRecord(folderSource(EXAMPLES), record);
      expect({ fold, codes, scale }).toEqual({ fold: 9, ...tokenizer.encodeWithScale(ecg) });
    }
  });

  test('no patient is named in any file', async () => {
    const out = join(folder, 'examples-private');
    await cli('tokenize', '--ptbxl', EXAMPLES, '--out', out);
    const table = await readFile(join(EXAMPLES, 'ptbxl_database.csv'), 'utf8');
    const patients = [...table.matchAll(/^\d+,(\d+)\.0,/gm)].map(([, patient]) => patient);
    expect(patients).toHaveLength(13);
    for (const [file, bytes] of Object.entries(await folderOf(out))) {
      if (!file.endsWith('.jsonl')) continue;
      for (const patient of patients) expect(bytes.toString()).not.toMatch(new RegExp(`\\b${patient}\\b`));
    }
  });

  test('a record that cannot be read, does not fit or is missing stops no other, and the index says why', async () => {
    const broken = join(folder, 'broken');
    await cp(data, broken, { recursive: true });
    const records = join(broken, 'records500', '00000');
    await truncate(join(records, '00002_hr.dat'), 100);
    await rm(join(records, '00003_hr.hea'));
    await rm(join(records, '00004_hr.dat'));
    await writeFile(join(records, '00005_hr.hea'), 'Jane "Doe" 1949\n');
    await writeWfdb(records, '00006_hr', { fs: 250, samples: 2500 });
    await writeWfdb(records, '00007_hr', { leads: LEADS.slice(0, 11) });
    const out = join(folder, 'broken-shards');
    const { code, out: json, err } = await run('--ptbxl', broken, '--out', out, '--json');
    expect(code).toBe(0);
    expect(JSON.parse(json)).toMatchObject({ records: 9, tokenized: 3, missing: 1, failed: 5 });
    const { index } = await (await CodeShards.open(folderSource(out))).shard(0);
    const failed = index.map((line) => ('failed' in line ? line.failed : line.row));
    expect(failed).toEqual([
      0,
      expect.stringMatching(/^records500\/00000\/00002_hr\.dat.*truncated: expected 120000 bytes/),
      'missing',
      'records500/00000/00004_hr.dat is missing',
      expect.stringMatching(/^records500\/00000\/00005_hr\.hea line 1/),
      '00006_hr: sampling rate: expected 500 Hz, found 250 Hz; try --prepare',
      expect.stringMatching(/^00007_hr: leads: expected .*, missing V6/),
      1,
      2,
    ]);
    expect(err.match(/^warning: .*$/gm)).toHaveLength(5);
    expect(`${err}${JSON.stringify(index)}`).not.toMatch(/Jane|Doe|1949/);
    expect(JSON.stringify(index)).not.toContain(folder);

    const prepared = join(folder, 'prepared-shards');
    const made = await run('--ptbxl', broken, '--out', prepared, '--json', '--prepare');
    expect(JSON.parse(made.out)).toMatchObject({ tokenized: 4, missing: 1, failed: 4 });
    const lines = (await (await CodeShards.open(folderSource(prepared))).shard(0)).index;
    expect(lines[5]).toMatchObject({ row: 1, warnings: ['00006_hr: resampled from 250 to 500 Hz'] });
  });

  test('a wrong row of the table is left out and told', async () => {
    const wrong = join(folder, 'wrong-row');
    await cp(data, wrong, { recursive: true });
    const table = await readFile(join(wrong, 'ptbxl_database.csv'), 'utf8');
    await writeFile(join(wrong, 'ptbxl_database.csv'), table.replace(',3,records', ',eleven,records'));
    const { out, err } = await run('--ptbxl', wrong, '--out', join(folder, 'wrong-row-shards'), '--json');
    expect(JSON.parse(out)).toMatchObject({ records: 8, tokenized: 8, wrongRows: 1 });
    expect(err).toMatch(/^warning: ptbxl_database\.csv line 4, column strat_fold: /m);
  });
});

describe('shards', () => {
  test.each(['RANK', 'JOB_COMPLETION_INDEX'])('made by three shares (%s) are those of one process', async (name) => {
    const out = join(folder, name);
    vi.stubEnv('WORLD_SIZE', '3');
    const results = [];
    for (const index of [2, 0, 1]) {
      vi.stubEnv(name, String(index));
      results.push(await tokenize(out, '--threads', String(index + 1)));
    }
    expect(results.map(({ made, tokenized }) => [made, tokenized])).toEqual([
      [1, 2],
      [2, 5],
      [1, 2],
    ]);
    expect(await folderOf(out)).toEqual(await folderOf(whole));
  });

  test('that are there are kept, and those that a kill left unfinished are made again', async () => {
    const out = join(folder, 'killed');
    await cp(whole, out, { recursive: true });
    expect(await tokenize(out)).toMatchObject({ made: 0, kept: 4, tokenized: 9, recordsPerSecond: 0 });
    await rm(join(out, 'manifest.json'));
    await rm(join(out, 'shard-00001.safetensors')); // killed between the two files of a shard
    await writeFile(join(out, 'shard-00001.safetensors.4711-0123abcd.tmp'), 'half');
    await rm(join(out, 'shard-00002.jsonl')); // killed before
    await rm(join(out, 'shard-00002.safetensors'));
    await writeFile(join(out, 'shard-00002.jsonl.4711-0123abcd.tmp'), '{"rec');
    await truncate(join(out, 'shard-00003.safetensors'), 1000); // no kill does this
    expect(await tokenize(out)).toMatchObject({ made: 3, kept: 1, tokenized: 9 });
    expect(await folderOf(out)).toEqual(await folderOf(whole));
  });

  test('with recordings that cannot be read now are made again by the same command, and until then it ends with 1', async () => {
    const data = join(folder, 'unread-data');
    await cp(join(folder, 'data'), data, { recursive: true });
    const file = join(data, 'records500/00000/00002_hr.dat');
    const bytes = await readFile(file);
    await rm(file);
    await mkdir(file); // what cannot be read stands where the file should, whoever runs this
    const argv = ['--ptbxl', data, '--out', join(folder, 'unread'), '--shards', '4'];
    const first = await run(...argv, '--json');
    expect(first.code).toBe(1);
    expect(JSON.parse(first.out).error.message).toContain(
      '1 record could not be read now; the same command tries again',
    );
    await rm(file, { recursive: true });
    await writeFile(file, bytes);
    const { code, out } = await run(...argv, '--json');
    expect(code).toBe(0);
    expect(JSON.parse(out)).toMatchObject({ made: 1, kept: 3, tokenized: 9, unread: 0, failed: 0 });
    expect(await folderOf(join(folder, 'unread'))).toEqual(await folderOf(whole));
  });

  test('with recordings that were missing are made again once those are there', async () => {
    const part = join(folder, 'part');
    await cp(data, part, { recursive: true });
    await rm(join(part, 'records500/00000/00005_hr.hea'));
    const out = join(folder, 'part-shards');
    const argv = ['--ptbxl', part, '--out', out, '--shards', '4', '--json'];
    expect(JSON.parse((await run(...argv)).out)).toMatchObject({ made: 4, tokenized: 8, missing: 1 });
    expect(JSON.parse((await run(...argv)).out)).toMatchObject({ made: 0, kept: 4, tokenized: 8, missing: 1 });
    await cp(join(data, 'records500'), join(part, 'records500'), { recursive: true });
    expect(JSON.parse((await run(...argv)).out)).toMatchObject({ made: 1, kept: 3, tokenized: 9, missing: 0 });
    expect(await folderOf(out)).toEqual(await folderOf(whole));
  });

  test('of another run are refused and left as they are', async () => {
    const out = join(folder, 'other');
    await cp(whole, out, { recursive: true });
    const refused = await run('--ptbxl', data, '--out', out, '--shards', '3');
    expect(refused).toMatchObject({ code: 1, out: '' });
    expect(refused.err).toMatch(/^heartllm: \S+manifest\.json: is of another run, shards: expected 3, found 4\n$/);
    await rm(join(out, 'manifest.json')); // as where the first process did not start yet
    vi.stubEnv('RANK', '1');
    vi.stubEnv('WORLD_SIZE', '2');
    const { err } = await run('--ptbxl', data, '--out', out, '--shards', '4', '--prepare');
    expect(err).toMatch(
      /^heartllm: shard-0000\d.safetensors: is of another run, prepared: expected true, found false\n$/,
    );
    const { 'manifest.json': _, ...shards } = await folderOf(whole);
    expect(await folderOf(out)).toEqual(shards);
  });

  test.each([
    ['model.safetensors', 'weights', (bytes: Buffer) => bytes.fill(0, bytes.length - 4)], // the last weight
    ['config.json', 'config', (bytes: Buffer) => Buffer.concat([bytes, Buffer.from('\n')])],
  ] as const)('of a model with another %s are refused', async (file, field, changed) => {
    const [out, other] = [join(folder, `whole-${file}`), join(folder, `model-${file}`)];
    await cp(whole, out, { recursive: true });
    await cp(model, other, { recursive: true });
    const path = join(other, 'ecg-tokenizer', file);
    const hash = async (path: string) =>
      createHash('sha256')
        .update(await readFile(path))
        .digest('hex');
    const found = await hash(path);
    await writeFile(path, changed(await readFile(path)));
    const { err } = await cli('tokenize', '--model', other, '--ptbxl', data, '--out', out, '--shards', '4');
    expect(err).toMatch(new RegExp(`another run, ${field}: expected ${await hash(path)}, found ${found}\\n$`));
  });

  test('codes of another format are refused by its name', async () => {
    const out = join(folder, 'future');
    await cp(whole, out, { recursive: true });
    const manifest = await readFile(join(out, 'manifest.json'), 'utf8');
    await writeFile(join(out, 'manifest.json'), manifest.replace('"format": 1', '"format": 2'));
    const { err } = await run('--ptbxl', data, '--out', out, '--shards', '4');
    expect(err).toMatch(/manifest\.json: codes of format 2, this version reads 1\n$/);
  });

  test('are not begun when Ctrl-C comes: what is there is whole, and the same command goes on', async () => {
    const out = join(folder, 'stopped');
    const interrupt = new Interrupt();
    const argv = ['--ptbxl', data, '--out', out, '--shards', '4', '--threads', '1', '--json'];
    const running = stoppableCli(['tokenize', '--model', model, ...argv], interrupt);
    while (!(await readdir(out).catch((): string[] => [])).includes('shard-00000.safetensors'))
      await new Promise(setImmediate);
    interrupt.stop(new Interrupted('SIGTERM'));
    const { code, out: json, err } = await running;
    expect([code, err]).toEqual([143, expect.stringMatching(/stopped before all shards were made; .*\n$/)]);
    const { made, stopped } = JSON.parse(json);
    expect([stopped, made < 4]).toEqual([true, true]);
    expect(await tokenize(out)).toMatchObject({ made: 4 - made, kept: made });
    expect(await folderOf(out)).toEqual(await folderOf(whole));
  });
});

describe('tokenize --data', () => {
  test('takes any data set that data check knows', async () => {
    const out = join(folder, 'wfdb');
    const records = join(data, 'records500');
    const result = await run('--data', records, '--out', out, '--json');
    expect(JSON.parse(result.out)).toMatchObject({ dataset: 'wfdb', records: 9, tokenized: 9 });
    const names = (await all(await CodeShards.open(folderSource(out)))).map(({ record }) => record);
    expect(names).toEqual(Array.from({ length: 9 }, (_, i) => `00000/0000${i + 1}_hr`));
    const ptbxl = await run('--data', data, '--out', join(folder, 'data-shards'), '--shards', '4');
    expect(ptbxl.code).toBe(0);
    expect(await folderOf(join(folder, 'data-shards'))).toEqual(await folderOf(whole));
  });

  test('a folder of something else is a failure of one line', async () => {
    const empty = join(folder, 'empty');
    await mkdir(empty, { recursive: true });
    for (const [option, message] of [
      ['--data', 'expected a data set, found none'],
      ['--ptbxl', 'expected ptb-xl, found none'],
    ]) {
      const { code, err } = await run(option, empty, '--out', join(folder, 'never'));
      expect([code, err]).toEqual([1, `heartllm: ${empty}: ${message}\n`]);
    }
    expect(await readdir(folder)).not.toContain('never');
  });
});

test('bad usage is exit code 2', async () => {
  for (const argv of [
    [],
    ['--ptbxl', data],
    ['--ptbxl', data, '--data', data, '--out', 'x'],
    ['--ptbxl', data, '--out', 'x', 'record'],
    ['record', '--out', 'x'],
    ['--ptbxl', data, '--out', 'x', '--shards', '0'],
    ['--ptbxl', data, '--out', 'x', '--threads', 'two'],
  ]) {
    expect(await cli('tokenize', ...argv)).toMatchObject({ code: 2, out: '' });
  }
  const { code, err } = await run('--ptbxl', data, '--out', join(folder, 'x'), '--shards', '10');
  expect([code, err]).toEqual([1, 'heartllm: --shards: expected at most one for each of 9 records, found 10\n']);
});
