import { expect, test } from 'vitest';
import * as ecgIo from '../src/index.ts';

test('the public names', () => {
  expect(Object.keys(ecgIo).sort()).toEqual([
    'SourceError',
    'WfdbError',
    'blobSource',
    'httpSource',
    'memorySource',
    'readHeader',
    'readRecord',
  ]);
});
