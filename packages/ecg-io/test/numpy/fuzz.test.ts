import { testFiles } from '@heartllm/testing';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { EcgFileError, memorySource, readNpy, readNpz } from '../../src/index.ts';
import { fuzzRuns } from '../fuzz-runs.ts';

const fixtures = testFiles(import.meta.url, '../fixtures/numpy/');

test.each(['version1.npy', 'exams.npy', 'stored.npz', 'arrays.npz'])(
  '%s with bytes changed is read or an EcgFileError',
  async (file) => {
    const valid = await fixtures.read(file);
    // Heads and directories are where the meaning is.
    const at = fc.oneof(
      fc.nat(Math.min(200, valid.length - 1)),
      fc.nat(valid.length - 1),
      fc.integer({ min: valid.length - 120, max: valid.length - 1 }),
    );
    const edits = fc.array(fc.record({ at, byte: fc.oneof(fc.nat(255), fc.constantFrom(0, 39, 48, 57, 255)) }), {
      minLength: 1,
      maxLength: 4,
    });
    await fc.assert(
      fc.asyncProperty(edits, fc.option(fc.nat(valid.length), { freq: 8 }), async (edits, length) => {
        const bytes = valid.slice(0, length ?? valid.length);
        for (const { at, byte } of edits) if (at < bytes.length) bytes[at] = byte;
        const source = memorySource({ [file]: bytes });
        try {
          const options = { fs: 500, index: file === 'exams.npy' ? 1 : undefined };
          const { signal } = await (file.endsWith('y')
            ? readNpy(source, file, options)
            : readNpz(source, file, { ...options, array: file === 'arrays.npz' ? 'le-f4' : undefined }));
          expect(signal.reduce((sum, lead) => sum + lead.length, 0)).toBeLessThanOrEqual(8 * valid.length);
        } catch (error) {
          if (!(error instanceof EcgFileError)) throw error;
          expect(error.message).not.toMatch(/[\n\r]/);
        }
      }),
      { numRuns: fuzzRuns(300), seed: 5 },
    );
  },
);
