import { expect, test } from 'vitest';
import * as ecgIo from '../src/index.ts';

test('the public names', () => {
  expect(Object.keys(ecgIo).sort()).toEqual([
    'PrepareError',
    'SourceError',
    'WfdbError',
    'blobSource',
    'canonicalLead',
    'crop',
    'fillGaps',
    'httpSource',
    'memorySource',
    'pad',
    'prepare',
    'readHeader',
    'readRecord',
    'removeBaseline',
    'removeMains',
    'resample',
    'selectLeads',
    'windows',
    'zScore',
  ]);
});
