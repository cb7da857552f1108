import { describe, expect, test } from 'vitest';
import { blobSource, memorySource, type Source, SourceError } from '../src/index.ts';

const bytes = Uint8Array.of(0, 1, 2, 3, 4, 5, 6, 7);
const sources: [string, Source][] = [
  ['memorySource(record)', memorySource({ 'a/x.dat': bytes })],
  ['memorySource(Map)', memorySource(new Map([['./a//x.dat', bytes.buffer]]))],
  ['blobSource(record)', blobSource({ 'a/x.dat': new Blob([bytes]) })],
  ['blobSource(Map)', blobSource(new Map([['a/x.dat', new Blob([bytes])]]))],
];

describe.each(sources)('%s', (_, source) => {
  test('reads ranges as slice does', async () => {
    expect(await source.size('a/x.dat')).toBe(8);
    expect(await source.read('a/x.dat')).toEqual(bytes);
    expect(await source.read('./a/x.dat', 2, 5)).toEqual(Uint8Array.of(2, 3, 4));
    expect(await source.read('a/x.dat', 6, 100)).toEqual(Uint8Array.of(6, 7));
    expect(await source.read('a/x.dat', 100, 200)).toEqual(new Uint8Array(0));
  });

  test('says which file is missing', async () => {
    await expect(source.read('a/y.dat')).rejects.toMatchObject({
      name: 'SourceError',
      path: 'a/y.dat',
      reason: 'missing',
    });
    await expect(source.size('')).rejects.toMatchObject({ reason: 'missing' });
  });

  test.each(['../x', 'a/../../x', '/a/x.dat', 'C:/x', 'a\\..\\x', 'a/\0', '\ud800'])(
    'refuses the path %j',
    async (path) => {
      await expect(source.read(path)).rejects.toMatchObject({ name: 'SourceError', reason: 'outside' });
      await expect(source.size(path)).rejects.toBeInstanceOf(SourceError);
    },
  );
});

test('what was read can be changed without changing the source', async () => {
  const source = memorySource({ x: bytes });
  (await source.read('x')).fill(9);
  expect(await source.read('x')).toEqual(bytes);
});

test('Files go by their name, those of a folder picker by their path inside the folder', async () => {
  const picked = new File([bytes], 'x.dat');
  Object.defineProperty(picked, 'webkitRelativePath', { value: 'folder/sub/x.dat' });
  const source = blobSource([new File(['text'], 'y.hea'), picked]);
  expect(await source.size('y.hea')).toBe(4);
  expect(await source.size('sub/x.dat')).toBe(8);
});
