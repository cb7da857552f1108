import { expect, test } from 'vitest';
import { exists, memorySource, type Source, SourceError } from '../src/index.ts';

function failing(error: unknown): Source {
  const fail = () => Promise.reject(error);
  return { read: fail, size: fail };
}

test('a file is there, or it is not', async () => {
  const source = memorySource({ 'a/x': 'x' });
  expect(await exists(source, 'a/x')).toBe(true);
  expect(await exists(source, 'a/y')).toBe(false);
});

test.each([
  ['a SourceError of another copy', { name: 'SourceError', reason: 'missing' }],
  ['ENOENT of Node', Object.assign(new Error('no such file'), { code: 'ENOENT' })],
  ['NotFoundError of a browser', new DOMException('gone', 'NotFoundError')],
])('%s means absent', async (_, error) => {
  expect(await exists(failing(error), 'x')).toBe(false);
});

test.each([
  ['no permission', new SourceError('x', 'failed', 'EACCES')],
  ['a path that leaves the source', new SourceError('../x', 'outside', 'leaves')],
  ['too many open files', Object.assign(new Error('too many open files'), { code: 'EMFILE' })],
  ['anything else', new Error('503')],
])('%s does not mean absent', async (_, error) => {
  await expect(exists(failing(error), 'x')).rejects.toBe(error);
});
