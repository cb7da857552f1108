import { expect, test } from 'vitest';
import * as ecgIo from '../src/index.ts';

test('the public names', () => {
  expect(Object.keys(ecgIo).sort()).toEqual([
    'ANNOTATION_LABELS',
    'EcgFileError',
    'PrepareError',
    'SourceError',
    'WfdbError',
    'blobSource',
    'canonicalLead',
    'crop',
    'encodeAnnotations',
    'encodeRecord',
    'fillGaps',
    'httpSource',
    'memorySource',
    'openHdf5',
    'pad',
    'parseAnnotations',
    'prepare',
    'readAnnotations',
    'readCsv',
    'readHeader',
    'readNpy',
    'readNpz',
    'readRecord',
    'removeBaseline',
    'removeMains',
    'resample',
    'selectLeads',
    'waveIntervals',
    'windows',
    'writeAnnotations',
    'writeRecord',
    'zScore',
  ]);
});
