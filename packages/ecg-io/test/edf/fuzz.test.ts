import fc from 'fast-check';
import { expect, test } from 'vitest';
import { EcgFileError, memorySource, readEdf, readEdfAnnotations } from '../../src/index.ts';
import { fuzzRuns } from '../fuzz-runs.ts';
import { writeEdf } from './write-edf.ts';

const valid = writeEdf({
  signals: [
    { label: 'ECG', samplesPerRecord: 4, samples: Array.from({ length: 12 }, (_, i) => i) },
    { label: 'Resp', samplesPerRecord: 2, samples: Array.from({ length: 6 }, (_, i) => i) },
    {
      label: 'EDF Annotations',
      samplesPerRecord: 20,
      texts: ['+0\x14\x14\0+1\x150.5\x14QRS\x14\0', '+1\x14\x14\0', '+5\x14\x14\0'],
    },
  ],
  records: 3,
  reserved: 'EDF+D',
});

test('an EDF+ file with bytes changed or cut is read or an EcgFileError of one line', async () => {
  const byte = fc.oneof(fc.constantFrom(...new TextEncoder().encode('0123456789 .-+eDC\x14\x15\0')), fc.nat(255));
  const edits = fc.array(fc.record({ at: fc.nat(valid.length - 1), byte }), { minLength: 1, maxLength: 5 });
  await fc.assert(
    fc.asyncProperty(edits, fc.option(fc.nat(valid.length), { freq: 5 }), async (edits, length) => {
      const bytes = valid.slice(0, length ?? valid.length);
      for (const { at, byte } of edits) if (at < bytes.length) bytes[at] = byte;
      const source = memorySource({ 'a.edf': bytes });
      for (const read of [readEdf, readEdfAnnotations]) {
        try {
          const found = await read(source, 'a.edf');
          if ('signal' in found) expect(found.signal.every((lead) => lead.length < 2e8)).toBe(true);
        } catch (error) {
          if (!(error instanceof EcgFileError)) throw error;
          expect(error.message).not.toMatch(/[\n\r]/);
        }
      }
    }),
    { numRuns: fuzzRuns(1500), seed: 7 },
  );
});
