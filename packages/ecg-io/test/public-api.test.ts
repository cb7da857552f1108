import { expect, test } from 'vitest';
import * as ecgIo from '../src/index.ts';

test('the public names', () => {
  expect(Object.keys(ecgIo).sort()).toEqual([
    'EcgFileError',
    'PrepareError',
    'SourceError',
    'WfdbError',
    'blobSource',
    'canonicalLead',
    'crop',
    'fillGaps',
    'httpSource',
    'memorySource',
    'openHdf5',
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
