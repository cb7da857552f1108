import { testFiles } from '@heartllm/testing';
import { describe, expect, test } from 'vitest';
import { memorySource, readHeader } from '../src/index.ts';

const header = (text: string, name = 'rec') => readHeader(memorySource({ [`${name}.hea`]: text }), name);

describe('header(5)', () => {
  test('a record line and a signal line with every field', async () => {
    const { signals, ...record } = await header(
      'rec 1 62.4725/999.56(-12.5) 14400 9:5:07.250 01/02/2003\nsub/x.d0 212x4:3+24 1.5e2(-10)/mmHg 12 2048 -7 65000 512 ABP  left\n',
    );
    expect(record).toEqual({
      recordName: 'rec',
      nSig: 1,
      fs: 62.4725,
      counterFreq: 999.56,
      baseCounter: -12.5,
      sigLen: 14400,
      baseTime: '09:05:07.25',
      baseDate: '2003-02-01',
      comments: [],
      warnings: [],
    });
    expect(signals).toEqual([
      {
        fileName: 'sub/x.d0',
        fmt: '212',
        sampsPerFrame: 4,
        skew: 3,
        byteOffset: 24,
        adcGain: 150,
        baseline: -10,
        units: 'mmHg',
        adcRes: 12,
        adcZero: 2048,
        initValue: -7,
        checksum: 65000,
        blockSize: 512,
        sigName: 'ABP  left',
        line: 2,
      },
    ]);
  });

  test('what is left out takes the WFDB defaults', async () => {
    const { fs, sigLen, signals, warnings } = await header('rec 2\nrec.dat 16\nrec.dat 16 0 12 100\n');
    expect([fs, sigLen]).toEqual([250, undefined]);
    expect(signals[0]).toMatchObject({
      sampsPerFrame: 1,
      skew: 0,
      byteOffset: 0,
      adcGain: 200,
      baseline: 0,
      units: 'mV',
    });
    expect(signals[1]).toMatchObject({ adcGain: 200, baseline: 100, adcZero: 100 });
    expect(signals[1].initValue).toBeUndefined();
    expect(warnings).toEqual(['rec.hea: no gain for signal 0, 1: uncalibrated, 200 per unit is assumed']);
  });

  test.each([
    ['200', 200, 0, 'mV'],
    ['200(5)', 200, 5, 'mV'],
    ['200/uV', 200, 0, 'uV'],
    ['(5)/uV', 200, 5, 'uV'],
    ['/', 200, 0, 'mV'],
    ['-.5(-3)/l/min', -0.5, -3, 'l/min'],
  ])('gain field %s', async (field, adcGain, baseline, units) => {
    expect((await header(`rec 1 500 1\nrec.dat 16 ${field}\n`)).signals[0]).toMatchObject({ adcGain, baseline, units });
  });

  test.each([
    ['10:44:18.529 04/05/2704', '10:44:18.529', '2704-05-04'],
    ['5:30', '00:05:30', undefined],
    ['15-May-2020 15:35:30', '15:35:30', '2020-05-15'], // as the PhysioNet Challenge 2020 wrote it
  ])('time and date %s', async (text, baseTime, baseDate) => {
    const { warnings, ...found } = await header(`rec 0 500 10 ${text}\n`);
    expect([found.baseTime, found.baseDate, warnings]).toEqual([baseTime, baseDate, []]);
  });

  test('a date that does not exist is a warning', async () => {
    const { baseDate, warnings } = await header('rec 0 500 10 12:00:00 31/02/2000\n');
    expect(baseDate).toBeUndefined();
    expect(warnings).toEqual(['rec.hea line 1: "31/02/2000" is neither the base time nor the base date; ignored']);
  });

  test('comments anywhere, CRLF, a byte order mark, blank lines and a missing last newline', async () => {
    const { recordName, comments, signals } = await header(
      '\uFEFF# first \r\n\r\n#second\r\nrec 1 500 10\r\nrec.dat 16 200 16 0 0 0 0 lead II\r\n#',
    );
    expect([recordName, comments, signals[0].sigName]).toEqual(['rec', ['first', 'second', ''], 'lead II']);
  });

  test('bytes that are not UTF-8 are Latin-1', async () => {
    const bytes = Uint8Array.from('rec 1 500 1\nrec.dat 16 100/\xb5V\n# M\xfc\xdf', (char) => char.charCodeAt(0));
    const { signals, comments } = await readHeader(memorySource({ 'rec.hea': bytes }), 'rec');
    expect([signals[0].units, comments]).toEqual(['µV', ['Müß']]);
  });

  test('segments of a multi-segment record, gaps among them', async () => {
    const { segments, sigLen, signals } = await readHeader(
      testFiles(import.meta.url, './fixtures/'),
      'formats/s25047-2704-05-04-10-44',
    );
    expect(segments?.length).toBe(20);
    expect(segments?.slice(0, 3)).toEqual([
      { recordName: '3234460_layout', sigLen: 0, line: 2 },
      { recordName: '~', sigLen: 25740, line: 3 },
      { recordName: '3234460_0001', sigLen: 28637, line: 4 },
    ]);
    expect([sigLen, signals]).toEqual([543240, []]);
  });

  test('a record is found under its name, with folders, with .hea, .dat or .mat', async () => {
    const source = memorySource({ 'a/b/rec.hea': 'rec 0 500 10\n' });
    for (const name of ['a/b/rec', 'a/b/rec.hea', 'a/b/rec.dat', './a/b/rec.mat']) {
      expect((await readHeader(source, name)).recordName).toBe('rec');
    }
  });
});
