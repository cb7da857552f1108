import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { memorySource, readRecord, WfdbError, writeRecord } from '../src/index.ts';
import { folderSource } from '../src/node.ts';
import { smallRecord } from './expected.ts';

let folder: string;
const { lines, dat } = smallRecord();
const record = await readRecord(memorySource({ 'rec.hea': lines.join('\n'), 'rec.dat': dat }), 'rec', {
  digital: true,
});

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ecg-io-'));
});
afterAll(() => rm(folder, { recursive: true }));

test('writes header and signal file; readRecord gives the same record', async () => {
  await writeRecord(folder, record, { format: '16' });
  expect((await readdir(folder)).sort()).toEqual(['rec.dat', 'rec.hea']);
  expect(await readRecord(folderSource(folder), 'rec', { digital: true })).toEqual(record);
});

test('a record that cannot be stored leaves the one that was there, and nothing else', async () => {
  await writeRecord(folder, record);
  const before = await readdir(folder);
  await expect(writeRecord(folder, record, { format: 80 })).rejects.toThrow(WfdbError);
  await expect(writeRecord(join(folder, 'rec.hea'), record)).rejects.toThrow(/EEXIST|ENOTDIR/);
  expect(await readdir(folder)).toEqual(before);
  expect(await readRecord(folderSource(folder), 'rec', { digital: true })).toEqual(record);
});

test('a file that cannot be put in its place leaves no temporary file', async () => {
  const { mkdir } = await import('node:fs/promises');
  await mkdir(join(folder, 'blocked/rec.hea'), { recursive: true }); // a folder where the header should be
  await expect(writeRecord(join(folder, 'blocked'), record)).rejects.toThrow(/EISDIR|ENOTEMPTY|EEXIST|EPERM/);
  expect((await readdir(join(folder, 'blocked'))).filter((name) => name.endsWith('.tmp'))).toEqual([]);
});
