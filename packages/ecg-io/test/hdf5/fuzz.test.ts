import fc from 'fast-check';
import { expect, test } from 'vitest';
import { EcgFileError } from '../../src/index.ts';
import { fuzzRuns } from '../fuzz-runs.ts';
import { fixtures, openBytes, PLACES } from './files.ts';

test('an HDF5 file with bytes of its head changed gives exams or an EcgFileError of one line', async () => {
  const valid = await fixtures.read('one-exam.hdf5');
  const edit = fc.record({ at: fc.nat(PLACES.data - 1), byte: fc.oneof(fc.nat(255), fc.constantFrom(0, 1, 127, 255)) });
  await fc.assert(
    fc.asyncProperty(fc.array(edit, { minLength: 1, maxLength: 4 }), async (edits) => {
      const bytes = valid.slice();
      for (const { at, byte } of edits) bytes[at] = byte;
      try {
        const exams = await openBytes(bytes);
        try {
          const { signal } = await exams.record(0);
          expect(signal.reduce((sum, lead) => sum + 4 * lead.length, 0)).toBeLessThan(1 << 30);
        } finally {
          await exams.close();
        }
      } catch (error) {
        if (!(error instanceof EcgFileError)) throw error;
        expect(error.message).not.toMatch(/[\n\r]/);
      }
    }),
    { numRuns: fuzzRuns(200), seed: 4 },
  );
}, 3_600_000);
