import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { readRecord } from '../src/index.ts';
import { folderSource } from '../src/node.ts';
import { smallRecord } from './expected.ts';

let root: string;
const { lines, dat } = smallRecord();

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'ecg-io-'));
  await mkdir(join(root, 'data/sub'), { recursive: true });
  await writeFile(join(root, 'secret.dat'), 'secret');
  await writeFile(join(root, 'data/sub/rec.hea'), lines.join('\n'));
  await writeFile(join(root, 'data/sub/rec.dat'), dat);
  await symlink(join(root, 'secret.dat'), join(root, 'data/leak.dat'));
  await symlink(root, join(root, 'data/up'));
  await symlink('sub/rec.dat', join(root, 'data/inside.dat'));
});
afterAll(() => rm(root, { recursive: true }));

test('reads a record and single ranges', async () => {
  const source = folderSource(join(root, 'data'));
  expect((await readRecord(source, 'sub/rec')).samples).toBe(50);
  expect(await source.read('sub/rec.dat', 8, 16)).toEqual(dat.slice(8, 16));
  expect(await source.read('sub/rec.dat', 396, 1000)).toEqual(dat.slice(396));
  expect(await source.read('sub/rec.dat', 1000)).toEqual(new Uint8Array(0));
  expect(await source.size('sub/rec.dat')).toBe(400);
});

test('follows a symbolic link inside the folder and none that leads out', async () => {
  const source = folderSource(join(root, 'data'));
  expect(await source.size('inside.dat')).toBe(400);
  await expect(source.read('leak.dat')).rejects.toThrow('leak.dat: a symbolic link leads out of');
  await expect(source.read('up/secret.dat')).rejects.toMatchObject({ reason: 'outside' });
  await expect(source.read('../secret.dat')).rejects.toMatchObject({ reason: 'outside' });
});

test('a folder that became a link out of the source since the last read is noticed', async () => {
  const data = join(root, 'changing');
  await mkdir(join(data, 'sub'), { recursive: true });
  await writeFile(join(data, 'sub/secret.dat'), 'mine');
  const source = folderSource(data);
  expect(await source.read('sub/secret.dat')).toEqual(new TextEncoder().encode('mine'));
  await rm(join(data, 'sub'), { recursive: true });
  await symlink(root, join(data, 'sub'));
  await expect(source.read('sub/secret.dat')).rejects.toMatchObject({ reason: 'outside' });
  await expect(source.size('sub/secret.dat')).rejects.toMatchObject({ reason: 'outside' });
});

test('says what is missing or no file', async () => {
  const source = folderSource(join(root, 'data'));
  await expect(source.read('sub/none.dat')).rejects.toMatchObject({ reason: 'missing' });
  await expect(source.size('sub')).rejects.toThrow('sub: is not a regular file');
  await expect(source.read('sub/rec.dat/x')).rejects.toMatchObject({ reason: 'missing' });
  await expect(folderSource(join(root, 'nowhere')).size('x')).rejects.toMatchObject({ reason: 'missing' });
});
