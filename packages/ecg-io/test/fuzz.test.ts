import fc from 'fast-check';
import { expect, test } from 'vitest';
import { memorySource, readRecord, type Source, WfdbError } from '../src/index.ts';
import { smallRecord } from './expected.ts';

const { lines, dat } = smallRecord();
const valid = new TextEncoder().encode(['# first', ...lines, '# age 50'].join('\n'));

/** Bytes that mean something in a header, and any others. */
const byte = fc.oneof(fc.constantFrom(...new TextEncoder().encode('0123456789 \n\t/().:+-x~#eE')), fc.nat(255));
const edit = fc.record({ at: fc.nat(valid.length), cut: fc.nat(6), put: fc.array(byte, { maxLength: 6 }) });
const word = fc.oneof(
  fc.constantFrom(
    '0',
    '-1',
    '1e15',
    '1000000000000',
    '9007199254740993',
    'NaN',
    '16x99999999',
    '16:999999999999',
    '16+99',
    '~',
    '../x',
    '/etc/passwd',
    'rec/3',
    '250/0(7)',
  ),
  fc.string(),
);

function edited(edits: { at: number; cut: number; put: number[] }[]): Uint8Array {
  const bytes = Array.from(valid);
  for (const { at, cut, put } of edits) bytes.splice(at, cut, ...put);
  return Uint8Array.from(bytes);
}

/** Reads and checks what holds for every header, however broken: a WfdbError or a record no larger than its signal file. */
async function survives(header: Uint8Array | string): Promise<void> {
  const files = memorySource({ 'rec.hea': header, 'rec.dat': dat });
  const source: Source = {
    async read(path, start, end) {
      if (path === 'rec.dat') expect(end! - start!).toBeLessThanOrEqual(dat.length);
      return files.read(path, start, end);
    },
    size: files.size,
  };
  try {
    const record = await readRecord(source, 'rec', { digital: true });
    const samples = record.signal.reduce((sum, lead) => sum + lead.length, 0);
    expect(2 * samples).toBeLessThanOrEqual(dat.length);
  } catch (error) {
    if (!(error instanceof WfdbError)) throw error;
    expect(error.message).not.toMatch(/[\n\r]/);
  }
}

test('a header with bytes changed gives a record within its file or a WfdbError of one line', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(edit, { minLength: 1, maxLength: 4 }), (edits) => survives(edited(edits))),
    {
      numRuns: 1500,
    },
  );
});

test('a header with words exchanged gives a record within its file or a WfdbError of one line', async () => {
  const words = new TextDecoder().decode(valid).split(/(?<=\s)|(?=\s)/);
  const swap = fc.record({ at: fc.nat(words.length - 1), word });
  await fc.assert(
    fc.asyncProperty(fc.array(swap, { minLength: 1, maxLength: 3 }), (swaps) => {
      const changed = words.slice();
      for (const { at, word } of swaps) changed[at] = word;
      return survives(changed.join(''));
    }),
    { numRuns: 1500 },
  );
});

test('any bytes at all', async () => {
  await fc.assert(fc.asyncProperty(fc.uint8Array({ maxLength: 300 }), survives), { numRuns: 500 });
});
