import { testFiles } from '@heartllm/testing';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { memorySource, readRecord, type Source, WfdbError } from '../src/index.ts';
import { BitReader } from '../src/wfdb/flac/bit-reader.ts';
import { FlacError } from '../src/wfdb/flac/error.ts';
import { decodeSubframe } from '../src/wfdb/flac/subframe.ts';
import { smallRecord } from './expected.ts';
import { fuzzRuns } from './fuzz-runs.ts';

/** Cases in all. */
const runs = fuzzRuns(2000);
const settings = (share: number) => ({ numRuns: Math.ceil(runs * share), seed: 20260801 });

type Files = Record<string, Uint8Array>;

const text = (lines: string[]) => new TextEncoder().encode(lines.join('\n'));
const fixtures = testFiles(import.meta.url, './fixtures/formats/');
async function load(record: string, signalFiles: string[]): Promise<Files> {
  const entries = [`${record}.hea`, ...signalFiles].map(async (name) => [name, await fixtures.read(name)] as const);
  return { ...Object.fromEntries(await Promise.all(entries)), 'rec.hea': await fixtures.read(`${record}.hea`) };
}

const { lines, dat } = smallRecord();
const segments = {
  'rec.hea': text(['rec/6 3 500 160', 'layout 0', '~ 10', 'one 50', 'two 40', 'sub/three 10', 'one 50', '# age 50']),
  'layout.hea': text([
    'layout 3 500 0',
    '~ 0 200/mV 8 0 -128 0 0 II',
    '~ 0x2 1/mV 8 0 0 0 0 V',
    '~ 0 1/NU 8 0 0 0 0 X',
  ]),
  'one.hea': text(['one 2 500 50', 'one.dat 80 200/mV 8 0 0 0 0 II', 'one.dat 80x2 1/mV 8 0 0 0 0 V']),
  'one.dat': dat.subarray(0, 150),
  'two.hea': text(['two 2 500 40', 'two.dat 212:1 100/mV 8 0 0 0 0 V', 'two.dat 212 200/mV 8 0 0 0 0 II']),
  'two.dat': dat.subarray(0, 120),
  'sub/three.hea': text(['three 1 500 10', 'three.dat 16+4 1/NU 8 0 0 0 0 X']),
  'sub/three.dat': dat.subarray(0, 24),
};
/** Together they use every signal format, and segments. */
const records: Files[] = [
  { 'rec.hea': text(['# first', ...lines, '# age 50']), 'rec.dat': dat },
  await load(
    'binformats',
    Array.from({ length: 10 }, (_, i) => `binformats.d${i}`),
  ),
  await load('flacformats', ['flacformats.d0', 'flacformats.d1', 'flacformats.d2']),
  await load('100_3chan', ['100_3chan.dat']),
  segments,
];

/** Bytes that mean something in a header, and any others. */
const byte = fc.oneof(fc.constantFrom(...new TextEncoder().encode('0123456789 \n\t/().:+-x~#eE')), fc.nat(255));
const edit = fc.record({ at: fc.nat(), cut: fc.nat(6), put: fc.array(byte, { maxLength: 6 }) });
const edits = fc.array(edit, { minLength: 1, maxLength: 4 });
const word = fc.oneof(
  fc.constantFrom(
    ...'0 -1 1e15 1000000000000 9007199254740993 NaN ~ ../x /etc/passwd rec rec/3 one two 250/0(7)'.split(' '),
    ...'8 16 24 32 61 80 160 212 310 311 508 516 524 16x99999999 16:999999999999 16+99 8x3:2 212x7 516x2'.split(' '),
  ),
  fc.string(),
);
const whichRecord = fc.constantFrom(...records);

function edited(valid: Uint8Array, changes: { at: number; cut: number; put: number[] }[]): Uint8Array {
  const bytes = Array.from(valid);
  for (const { at, cut, put } of changes) bytes.splice(at % (bytes.length + 1), cut, ...put);
  return Uint8Array.from(bytes);
}

/** Reads and checks what holds however broken the files are: a WfdbError of one line, or a record that its bytes account for. */
async function survives(files: Files, options: { smoothFrames?: boolean; from?: number; to?: number } = {}) {
  const held = memorySource(files);
  let given = 0;
  const source: Source = {
    async read(path, start, end) {
      expect(path).not.toMatch(/^\/|(^|\/)\.\.(\/|$)|[\\\0]/);
      const bytes = await held.read(path, start, end);
      given += bytes.length;
      return bytes;
    },
    size: held.size,
  };
  const started = performance.now();
  try {
    const record = await readRecord(source, 'rec', { digital: true, ...options });
    const samples = record.signal.reduce((sum, lead) => sum + lead.length, 0);
    // Four samples in three bytes at most, except gaps and FLAC, for which there is a limit.
    if (!/\b(0|508|516|524)\b/.test(record.meta.format) && !('layout.hea' in files)) {
      expect(3 * samples).toBeLessThanOrEqual(4 * given);
    }
    expect(samples).toBeLessThanOrEqual(2 ** 28);
  } catch (error) {
    if (!(error instanceof WfdbError)) throw error;
    expect(error.message).not.toMatch(/[\n\r]/);
  }
  expect(performance.now() - started).toBeLessThan(20_000);
}

test('a header with bytes changed gives a record within its files or a WfdbError of one line', async () => {
  const property = fc.asyncProperty(
    whichRecord,
    fc.nat(),
    edits,
    fc.boolean(),
    (files, which, changes, smoothFrames) => {
      const headers = Object.keys(files).filter((name) => name.endsWith('.hea'));
      const name = headers[which % headers.length];
      return survives({ ...files, [name]: edited(files[name], changes) }, { smoothFrames });
    },
  );
  await fc.assert(property, settings(0.35));
});

test('a header with words exchanged gives a record within its files or a WfdbError of one line', async () => {
  const swaps = fc.array(fc.record({ at: fc.nat(), word }), { minLength: 1, maxLength: 3 });
  const property = fc.asyncProperty(whichRecord, swaps, (files, changes) => {
    const words = new TextDecoder().decode(files['rec.hea']).split(/(?<=\s)|(?=\s)/);
    for (const { at, word } of changes) words[at % words.length] = word;
    return survives({ ...files, 'rec.hea': text([words.join('')]) });
  });
  await fc.assert(property, settings(0.3));
});

test('signal files with bytes changed or cut, FLAC streams above all', async () => {
  const range = fc.record({ from: fc.option(fc.nat(30), { nil: undefined }), cut: fc.boolean() });
  const flac = records[2];
  const file = fc.oneof(whichRecord, fc.constant(flac));
  const property = fc.asyncProperty(file, fc.nat(), edits, range, (files, which, changes, { from, cut }) => {
    const signals = Object.keys(files).filter((name) => !name.endsWith('.hea'));
    const name = signals[which % signals.length];
    const bytes = edited(files[name], changes);
    return survives(
      { ...files, [name]: cut ? bytes.subarray(0, changes[0].at % (bytes.length + 1)) : bytes },
      { from },
    );
  });
  await fc.assert(property, settings(0.25));
});

test('any bytes at all', async () => {
  const bytes = fc.uint8Array({ maxLength: 300 });
  await fc.assert(
    fc.asyncProperty(bytes, bytes, (header, signal) => survives({ 'rec.hea': header, 'rec.dat': signal })),
    settings(0.1),
  );
});

test('a FLAC subframe of any bytes, which no checksum has turned away, gives samples or a FlacError', () => {
  const bytes = fc.uint8Array({ minLength: 1, maxLength: 400 });
  const property = fc.property(
    bytes,
    fc.integer({ min: 1, max: 200 }),
    fc.integer({ min: 4, max: 33 }),
    (bytes, size, bits) => {
      try {
        decodeSubframe(new BitReader(bytes, 0), new Int32Array(size), bits);
      } catch (error) {
        if (!(error instanceof FlacError)) throw error;
      }
    },
  );
  fc.assert(property, settings(0.5));
});
