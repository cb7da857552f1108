import { mkdir, mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { writeFileAtomic } from '../src/index.ts';

const folder = await mkdtemp(join(tmpdir(), 'source-'));
afterAll(() => rm(folder, { recursive: true }));

test('writes text, bytes and pieces, over what was there', async () => {
  const path = join(folder, 'a.txt');
  await writeFileAtomic(path, 'one');
  expect(await readFile(path, 'utf8')).toBe('one');
  await writeFileAtomic(path, Uint8Array.of(0x74, 0x77, 0x6f));
  expect(await readFile(path, 'utf8')).toBe('two');
  await writeFileAtomic(path, ['th', new TextEncoder().encode('ree')]);
  expect(await readFile(path, 'utf8')).toBe('three');
  expect(await readdir(folder)).toEqual(['a.txt']);
});

test('two writers at once leave one of the two contents', async () => {
  const path = join(folder, 'b.txt');
  await Promise.all(['x', 'y'].map((letter) => writeFileAtomic(path, letter.repeat(100_000))));
  expect(await readFile(path, 'utf8')).toMatch(/^(x{100000}|y{100000})$/);
});

test('a failure leaves the older file, no temporary one, and no temporary name in its message', async () => {
  const path = join(folder, 'c.txt');
  await writeFileAtomic(path, 'older');
  const pieces = function* () {
    yield 'new';
    throw new Error('the pen broke');
  };
  await expect(writeFileAtomic(path, pieces())).rejects.toThrow('the pen broke');
  expect(await readFile(path, 'utf8')).toBe('older');
  const taken = join(folder, 'taken'); // a file cannot be renamed over a folder
  await mkdir(taken);
  const error = await writeFileAtomic(taken, 'x').then(
    () => new Error('no error'),
    (error: Error) => error,
  );
  expect(error.message).toContain(`rename '${taken}'`);
  expect(error.message).not.toContain('.tmp');
  expect((await readdir(folder)).filter((name) => name.includes('.tmp'))).toEqual([]);
});
