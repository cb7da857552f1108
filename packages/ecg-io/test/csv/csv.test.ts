import { testFiles } from '@heartllm/testing';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type CsvOptions, EcgFileError, memorySource, readCsv, readRecord } from '../../src/index.ts';
import { fuzzRuns } from '../fuzz-runs.ts';

const fixtures = testFiles(import.meta.url, '../fixtures/');
const read = (text: string, options?: CsvOptions) => readCsv(memorySource({ 'a.csv': text }), 'a.csv', options);

/** What was read, in short: rate, leads with units, samples of each lead. */
async function table(text: string, options?: CsvOptions) {
  const { fs, leads, units, signal } = await read(text, options);
  return [fs, leads.map((lead, i) => `${lead} ${units[i]}`), signal.map((lead) => Array.from(lead))];
}

describe('dialects', () => {
  test.each<[string, string, CsvOptions | undefined, number, string[], number[][]]>([
    [
      'time and header',
      'time,I,II\n0.000,1,2\n0.002,3,4\n0.004,5,6\n',
      undefined,
      500,
      ['I mV', 'II mV'],
      [
        [1, 3, 5],
        [2, 4, 6],
      ],
    ],
    ['no line end at the end, CRLF, byte order mark', '\ufefft,I\r\n0,1\r\n1,2', undefined, 1, ['I mV'], [[1, 2]]],
    [
      'header without time',
      'II,V1\n1,2\n3,4',
      { fs: 250 },
      250,
      ['II mV', 'V1 mV'],
      [
        [1, 3],
        [2, 4],
      ],
    ],
    [
      'neither',
      '1,2\n3,4',
      { fs: 250, leads: ['II', 'V1'], units: 'uV' },
      250,
      ['II uV', 'V1 uV'],
      [
        [1, 3],
        [2, 4],
      ],
    ],
    ['time without header', '0 1.5\n0.01 2.5\n0.02 3', undefined, 100, ['lead 1 mV'], [[1.5, 2.5, 3]]],
    [
      'units in the header',
      'time (ms)\tV1 [uV]\tV2 (mV)\n0\t1\t2\n2\t3\t4\n4\t5\t6',
      undefined,
      500,
      ['V1 uV', 'V2 mV'],
      [
        [1, 3, 5],
        [2, 4, 6],
      ],
    ],
    [
      'decimal commas',
      'Zeit;I;II\n0,000;0,5;-1,25\n0,004;0,75;1e1',
      { time: 'Zeit' },
      250,
      ['I mV', 'II mV'],
      [
        [0.5, 0.75],
        [-1.25, 10],
      ],
    ],
    ['quotes', '"t","a ""b"", c"\n"0","1"\n"0.5","2"', undefined, 2, ['a "b", c mV'], [[1, 2]]],
    [
      'PhysioNet',
      "'Elapsed time','MLII','V5'\n'hh:mm:ss.mmm','mV','uV'\n0:00.000,-1,2\n0:00.003,-3,4\n0:00.006,5,6\n0:00.008,5,6\n0:00.011,5,6",
      undefined,
      364,
      ['MLII mV', 'V5 uV'],
      [
        [-1, -3, 5, 5, 5],
        [2, 4, 6, 6, 6],
      ],
    ],
    [
      'MIT-BIH as on Kaggle',
      "'sample #','MLII','V5'\n0,995,1011\n1,996,1012",
      { fs: 360, units: 'adu' },
      360,
      ['MLII adu', 'V5 adu'],
      [
        [995, 996],
        [1011, 1012],
      ],
    ],
    [
      'pandas',
      ',0,1\n0,5,6\n1,7,8',
      { fs: 9 },
      9,
      ['lead 1 mV', 'lead 2 mV'],
      [
        [5, 7],
        [6, 8],
      ],
    ],
    [
      'comments and empty lines',
      '# by numpy\n1 2\n\n3 4\n# end',
      { fs: 9 },
      9,
      ['lead 1 mV', 'lead 2 mV'],
      [
        [1, 3],
        [2, 4],
      ],
    ],
    [
      'missing samples',
      'I,II,V1\n1,,-\nnan,NA,2\n',
      { fs: 9 },
      9,
      ['I mV', 'II mV', 'V1 mV'],
      [
        [1, Number.NaN],
        [Number.NaN, Number.NaN],
        [Number.NaN, 2],
      ],
    ],
    [
      'a delimiter at the end of lines',
      'I,II,\n1,2,\n3,4,\n',
      { fs: 9 },
      9,
      ['I mV', 'II mV'],
      [
        [1, 3],
        [2, 4],
      ],
    ],
    [
      'time is one of several columns',
      'index,I,timestamp\n0,1,5.0\n1,2,5.1\n2,3,5.2',
      undefined,
      10,
      ['I mV'],
      [[1, 2, 3]],
    ],
    ['time by index', '7,0\n8,1\n9,2', { time: 1 }, 1, ['lead 1 mV'], [[7, 8, 9]]],
    ['fs beats time', 'time,I\n0,1\n1,2', { fs: 250 }, 250, ['I mV'], [[1, 2]]],
    ['a given delimiter', 'I II;V1\n1;2', { fs: 9, delimiter: ';' }, 9, ['I II mV', 'V1 mV'], [[1], [2]]],
  ])('%s', async (_name, text, options, fs, leads, signal) => {
    expect(await table(text, options)).toEqual([fs, leads, signal]);
  });

  test('comments are kept, names come from the path', async () => {
    const { comments, name, meta } = await readCsv(
      memorySource({ 'sub/x.1.csv': '# <age>: 50\n1,\n2,3' }),
      'sub/x.1.csv',
      { fs: 5 },
    );
    expect({ comments, name, format: meta.format }).toEqual({ comments: ['<age>: 50'], name: 'x.1', format: 'csv' });
    expect(meta.invalidSamples).toEqual([0, 1]);
  });
});

test.each([100, 128, 250, 257, 360, 400, 500, 1000, 2000])('%i Hz is found from times in milliseconds', async (fs) => {
  const lines = Array.from({ length: 5000 }, (_, i) => `${(7 + i / fs).toFixed(3)},1`);
  expect((await read(`time,I\n${lines.join('\n')}`)).fs).toBe(fs);
});

test('times that give too few samples per second are read, with a warning', async () => {
  const { fs, meta } = await read('time,I\n0,1\n4,1\n8,1');
  expect([fs, meta.warnings]).toEqual([
    0.25,
    ['a.csv: the times give 0.25 Hz; are they in another unit than seconds?'],
  ]);
  expect((await read('time (ms),I\n0,1\n4,1\n8,1')).meta.warnings).toEqual([]);
});

test('a rate that is no whole number is kept', async () => {
  const lines = Array.from({ length: 2000 }, (_, i) => `${i / 62.5},1`);
  expect((await read(`time,I\n${lines.join('\n')}`)).fs).toBeCloseTo(62.5, 9);
});

test('a PTB-XL record written as CSV, as numpy would, reads back the same', async () => {
  const record = await readRecord(fixtures, 'ptbxl/00001_hr');
  const lines = Array.from({ length: record.samples }, (_, i) => {
    return [(i / record.fs).toFixed(3), ...record.signal.map((lead) => lead[i].toFixed(3))].join(',');
  });
  const read = await readCsv(
    memorySource({ 'a.csv': `time,${record.leads.join(',')}\n${lines.join('\n')}\n` }),
    'a.csv',
  );
  expect({ fs: read.fs, leads: read.leads, units: read.units }).toEqual({
    fs: 500,
    leads: record.leads,
    units: record.units,
  });
  expect(read.signal).toEqual(record.signal);
});

test('a file longer than a piece is read piece by piece, whatever the cut goes through', async () => {
  const count = 150_000; // 2.4 MB
  const text = `t,é\r\n${Array.from({ length: count }, (_, i) => `${(i / 250).toFixed(3)},${i % 997}`).join('\r\n')}\r\n`;
  const pieces: number[] = [];
  const files = memorySource({ 'a.csv': text });
  const source = {
    ...files,
    read(path: string, start = 0, end = 0) {
      pieces.push(end - start);
      return files.read(path, start, end);
    },
  };
  const { signal, fs, leads } = await readCsv(source, 'a.csv');
  expect([fs, leads, signal[0].length]).toEqual([250, ['é'], count]);
  expect(signal[0].every((value, i) => value === i % 997)).toBe(true);
  expect(Math.max(...pieces)).toBe(1 << 20);
});

describe('what is wrong is an EcgFileError with the line', () => {
  test.each<[string, string, CsvOptions | undefined, string]>([
    ['empty', '', undefined, 'a.csv: holds no samples'],
    ['header only', 'time,I,II\n', undefined, 'a.csv: holds no samples'],
    [
      'no rate',
      'I,II\n1,2',
      undefined,
      'a.csv line 2, fs: no column is called time: give fs, or time with the name or index of the column',
    ],
    ['no number', 'I\n1\n2x\n', { fs: 1 }, 'a.csv line 3, I: expected a number, found "2x"'],
    ['hexadecimal', 'I\n0x10\n1', { fs: 1 }, 'a.csv line 2, I: expected a number, found "0x10"'],
    ['too few fields', '# c\nI,II\n1,2\n1\n', { fs: 1 }, 'a.csv line 4: expected 2 fields, found 1'],
    ['too many fields', 'I,II\n1,2\n1,2,3\n', { fs: 1 }, 'a.csv line 3: expected 2 fields, found 3'],
    ['an open quote', 'I\n1\n"1\n', { fs: 1 }, 'a.csv line 3: a quote is not closed: "\\"1"'],
    [
      'a gap',
      't,I\n0,1\n0.1,1\n0.2,1\n0.5,1',
      undefined,
      'a.csv line 5, time: expected times that grow by about 0.1 s, found a step of 0.3 s',
    ],
    [
      'time backwards',
      't,I\n0,1\n1,1\n0,1\n1,1\n2,1',
      undefined,
      'a.csv line 4, time: expected times that grow by about 1 s, found a step of -1 s',
    ],
    ['time that stands', 't,I\n1,1\n1,1', undefined, 'a.csv, time: 2 samples over 0 s tell no rate: give fs'],
    ['one sample', 't,I\n1,1', undefined, 'a.csv, time: 1 samples over 0 s tell no rate: give fs'],
    ['time missing', 't,I\n0,1\n,1', undefined, 'a.csv line 3, time: expected a number, found ""'],
    [
      'two columns of that name',
      'T,I,T\n0,1,0',
      { time: 'T' },
      'a.csv, time: column "T" is there 2 times; name it by its number: 0, 2',
    ],
    ['no such time column', 't,I\n0,1', { time: 'Zeit' }, 'a.csv, time: no column "Zeit" among "t", "I"'],
    ['nothing but time', 't\n0\n1', undefined, 'a.csv: none of the 1 columns holds a lead'],
    ['names', 'I,II\n1,2', { fs: 1, leads: ['V1'] }, 'a.csv: 1 lead names were given, the file has 2 leads'],
    ['fs', '1', { fs: -5 }, 'a.csv, fs: expected a number from 1e-6 to 1e9 Hz, found -5'],
  ])('%s', async (_name, text, options, message) => {
    const error = await read(text, options).then(
      () => undefined,
      (error: unknown) => error,
    );
    expect(error).toBeInstanceOf(EcgFileError);
    expect((error as Error).message.slice(0, message.length)).toBe(message);
  });

  test('a line without end is refused before it fills memory', async () => {
    const piece = new Uint8Array(1 << 20).fill(0x31);
    const source = { size: async () => 1e12, read: async () => piece };
    await expect(readCsv(source, 'a.csv', { fs: 1 })).rejects.toThrow(
      'a.csv line 1: expected a line of at most 1048576 characters',
    );
  });
});

test('any text is a record or an EcgFileError of one line', async () => {
  const piece = fc.oneof(
    fc.constantFrom(
      ',',
      ';',
      '\t',
      '\n',
      '\r\n',
      '\r',
      '# Units: uV\n',
      'fs: 250\n',
      'units;',
      '_uV',
      '[mV]',
      '%',
      '05',
      '"',
      "'",
      '#',
      'time',
      'I',
      '0.002',
      '-',
      'nan',
      '1',
      '2,5',
      '0:01.5',
      ' ',
      '(mV)',
      '1e999',
    ),
    fc.string({ maxLength: 4 }),
  );
  const options = fc.record({ fs: fc.constantFrom(undefined, 500), time: fc.constantFrom(undefined, 0, 'time') });
  await fc.assert(
    fc.asyncProperty(fc.array(piece, { maxLength: 60 }), options, async (pieces, options) => {
      try {
        const { signal, fs } = await read(pieces.join(''), options);
        expect(fs).toBeGreaterThan(0);
        expect(new Set(signal.map((lead) => lead.length)).size).toBe(1);
      } catch (error) {
        if (!(error instanceof EcgFileError)) throw error;
        expect(error.message).not.toMatch(/[\n\r]/);
      }
    }),
    { numRuns: fuzzRuns(1500), seed: 6 },
  );
});
