import { cp, mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Interrupt, Interrupted } from '../src/terminal/interrupt.ts';
import { writePtbxl } from './helpers/ptbxl-folder.ts';
import { cli, stoppableCli } from './helpers/run-cli.ts';
import { writeWfdb } from './helpers/wfdb.ts';

let folder: string;
let good: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'heartllm-'));
  good = join(folder, 'good');
  await writePtbxl(good);
});

afterAll(() => rm(folder, { recursive: true }));

/** A copy of the good folder, to be damaged. */
async function copy(name: string): Promise<string> {
  const path = join(folder, name);
  await cp(good, path, { recursive: true });
  return path;
}

describe('data check', () => {
  test('a part of PTB-XL is not damaged: exit code 0, missing recordings listed', async () => {
    const { code, out, err } = await cli('data', 'check', good);
    expect(code).toBe(0);
    expect(out).toMatch(/^\S+good: PTB-XL, \d+ patients\n/);
    expect(out).toMatch(/recordings +listed +intact +missing +damaged\n +records500 +\d+ +3 +\d+ +0\n/);
    expect(out).toMatch(/missing\n {2}ptbxl_database\.csv line \d+: records500\/\d+\/\d+_hr is missing\n/);
    expect(out).toMatch(/records100: none of its \d+ recordings is there\n/);
    expect(out).toMatch(/\nnothing damaged, but not everything is there\n$/);
    expect(err).toMatch(/^checking recordings \d+\/\d+( .*)?\n/);
  });

  test('damage is exit code 1, one line on the error stream and every file in the JSON', async () => {
    const dir = await copy('damaged');
    await writeWfdb(join(dir, 'records500', '00000'), '00913_hr', { datBytes: 1001 });
    const { code, out, err } = await cli('data', 'check', dir, '--json');
    expect(code).toBe(1);
    const report = JSON.parse(out);
    expect(report).toMatchObject({ dir, ok: false, dataset: 'ptb-xl', stopped: false });
    expect(report.damaged).toEqual([
      { file: 'records500/00000/00913_hr.dat', message: expect.stringMatching(/truncated: expected 120000 bytes/) },
    ]);
    expect(report.recordings[0]).toMatchObject({ name: 'records500', intact: 2, damaged: 1 });
    expect(err.split('\n').filter((line) => line.startsWith('heartllm:'))).toEqual([`heartllm: ${dir}: 1 damaged`]);
  });

  test('a folder without a data set, and one that is not there, are failures of one line', async () => {
    const empty = join(folder, 'empty');
    await mkdir(empty);
    const none = await cli('data', 'check', empty);
    expect([none.code, none.out]).toEqual([1, '']);
    expect(none.err).toMatch(/^heartllm: \S+empty: expected a data set .*\n$/);
    const missing = await cli('data', 'check', join(folder, 'nowhere'));
    expect(missing.code).toBe(1);
    expect(missing.err).toMatch(/^heartllm: .*nowhere.*\n$/);
    expect((await cli('data', 'check')).code).toBe(2);
  });

  test('a link that leads out of the folder or in circles ends nothing', async () => {
    const dir = await copy('links');
    await symlink(dir, join(dir, 'circle'));
    await symlink(join(good, 'scp_statements.csv'), join(dir, 'outside.hea'));
    expect((await cli('data', 'check', dir)).code).toBe(0);
  });

  test('plain WFDB records are checked too', async () => {
    const dir = join(folder, 'records');
    await mkdir(dir);
    await writeWfdb(dir, 'a', { samples: 10 });
    await writeFile(join(dir, 'b.hea'), 'b 1 500 10\nb.dat 16 1000/mV 16 0 0 7 0 II\n');
    await writeFile(join(dir, 'b.dat'), new Uint8Array(20));
    const { code, out } = await cli('data', 'check', dir);
    expect(code).toBe(1);
    expect(out).toMatch(
      /damaged\n {2}b\.hea line 2: the checksum of signal 0 \(II\) is 0, the header says 7\n\n1 damaged\n$/,
    );
  });

  test('Ctrl-C ends it with a report of what it has seen', async () => {
    const interrupt = new Interrupt();
    const { code, out, err } = await stoppableCli(['data', 'check', good, '--json'], interrupt, (before) => {
      if (before === '') interrupt.stop(new Interrupted('SIGINT'));
    });
    expect(code).toBe(130);
    const message = `${good}: stopped before everything was looked at`;
    expect(JSON.parse(out)).toMatchObject({ ok: false, stopped: true, error: { message } });
    expect(err).toMatch(/heartllm: \S+good: stopped before everything was looked at\n$/);
  });

  test('no patient and no ECG is named, only files', async () => {
    const dir = await copy('private');
    const { out, err } = await cli('data', 'check', dir, '--json');
    const { missing, damaged, ...counts } = JSON.parse(out);
    expect(damaged).toEqual([]);
    for (const { message } of missing)
      expect(message).toMatch(/^(records\d+\/\d+\/\d+_(hr|lr) is missing|none of its .*)$/);
    expect(JSON.stringify(counts)).not.toMatch(/\b\d{5}\b/);
    expect(err.replace(/[\d.]+\/s/g, '')).not.toMatch(/\b\d{5}\b/); // how fast it goes is no name
  });
});
