import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { encodeAnnotations, readAnnotations, WfdbError, writeAnnotations } from '../src/index.ts';
import { folderSource } from '../src/node.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ecg-io-'));
});
afterAll(() => rm(folder, { recursive: true }));

const input = { sample: [77, 370], symbol: ['N', 'V'], fs: 360 };

test('writes a file that readAnnotations reads, in a folder that need not be there', async () => {
  await writeAnnotations(folder, 'sub/100', 'qrs', input);
  expect(await readAnnotations(folderSource(folder), 'sub/100', 'qrs')).toMatchObject(input);
  expect(new Uint8Array(await readFile(join(folder, 'sub/100.qrs')))).toEqual(encodeAnnotations(input));
});

test('what cannot be written leaves what was there, and nothing else', async () => {
  await writeAnnotations(folder, 'kept', 'atr', input);
  const before = await readdir(folder);
  await expect(writeAnnotations(folder, 'kept', 'atr', { ...input, symbol: ['N', '?!'] })).rejects.toThrow(WfdbError);
  await writeAnnotations(folder, 'blocked', 'x/y', input).catch(() => undefined);
  await expect(writeAnnotations(join(folder, 'kept.atr'), '100', 'atr', input)).rejects.toThrow(/EEXIST|ENOTDIR/);
  expect(await readdir(folder)).toEqual(before);
  expect(await readAnnotations(folderSource(folder), 'kept', 'atr')).toMatchObject(input);
});

test('names stay in the folder', async () => {
  for (const name of ['../out', '/out', 'a b', '', 'a//b', '.']) {
    await expect(writeAnnotations(folder, name, 'atr', input)).rejects.toThrow('expected letters, digits, "_" and "-"');
  }
  await expect(writeAnnotations(folder, 'a', '../../x', input)).rejects.toThrow('extension: expected letters');
});
