import { testFiles } from '@heartllm/testing';
import { describe, expect, test } from 'vitest';
import { EcgFileError, type EdfOptions, memorySource, readEdf, readEdfAnnotations } from '../../src/index.ts';
import { sha256 } from '../expected.ts';
import { type TestSignal, writeEdf } from './write-edf.ts';

const fixtures = testFiles(import.meta.url, '../fixtures/edf/');
const expected = JSON.parse(new TextDecoder().decode(await fixtures.read('expected.json')));

const read = (bytes: Uint8Array, options?: EdfOptions) => readEdf(memorySource({ 'a.edf': bytes }), 'a.edf', options);
const annotations = (bytes: Uint8Array) => readEdfAnnotations(memorySource({ 'a.edf': bytes }), 'a.edf');

/** `count` integers from -100 on. */
const ramp = (count: number, step = 1) => Array.from({ length: count }, (_, i) => i * step - 100);

describe('test_generator_2.edf', () => {
  test('has the samples of its conversion by wfdb-python, and their physical values', async () => {
    const record = await readEdf(fixtures, 'test_generator_2.edf', { digital: true });
    expect(record).toMatchObject({ name: 'test_generator_2', fs: 200, samples: 1000, comments: [] });
    expect(record.startTime?.toISOString()).toBe('2009-12-10T12:44:02.000Z');
    expect(record.leads.slice(0, 9)).toEqual(
      'squarewave,ramp,pulse,ECG,noise,sine 1 Hz,sine 8 Hz,sine 8.5 Hz,sine 15 Hz'.split(','),
    );
    expect(record.units.slice(7)).toEqual(['uV', '°', '°', 'uV']);
    expect(record.meta).toMatchObject({ format: 'edf', warnings: [], invalidSamples: new Array(11).fill(0) });
    for (const [i, { sha256_i32le, first8, physical8 }] of expected.signals.entries()) {
      expect(Array.from(record.digital![i].subarray(0, 8))).toEqual(first8);
      expect(await sha256(record.digital![i])).toBe(sha256_i32le);
      for (let k = 0; k < 8; k++) expect(record.signal[i][k]).toBeCloseTo(physical8[k], 3);
    }
  });

  test('a part is the slice of the whole', async () => {
    const whole = await readEdf(fixtures, 'test_generator_2.edf');
    const part = await readEdf(fixtures, 'test_generator_2.edf', { channels: ['ecg', 9, 'ramp'], from: 150, to: 777 });
    expect(part.leads).toEqual(['ECG', 'sine 17 Hz', 'ramp']);
    expect(part.startTime?.toISOString()).toBe('2009-12-10T12:44:02.750Z');
    expect(part.signal).toEqual([3, 9, 1].map((i) => whole.signal[i].slice(150, 777)));
  });
});

test('test_edfann.edf has the 856 annotations that Python finds in its bytes', async () => {
  const found = (await readEdfAnnotations(fixtures, 'test_edfann.edf')).map(({ onset, duration, text }) => [
    onset,
    duration ?? null,
    text,
  ]);
  const { count, first, last, onsetSum } = expected.annotations;
  expect(found.length).toBe(count);
  expect([...found.slice(0, 3), found.at(-1)]).toEqual([...first, last]);
  expect(found.reduce((sum, [onset]) => sum + (onset as number), 0)).toBeCloseTo(onsetSum, 6);
  await expect(readEdf(fixtures, 'test_edfann.edf')).rejects.toThrow(
    'test_edfann.edf: holds no signals, only annotations',
  );
});

describe('signals', () => {
  const ecg: TestSignal = { label: 'ECG II', samplesPerRecord: 250, samples: ramp(750) };
  const eeg: TestSignal = { label: 'EEG', samplesPerRecord: 100, samples: ramp(300, 3) };
  const pulse: TestSignal = {
    label: 'SpO2',
    units: '%',
    samplesPerRecord: 1,
    samples: [95, 96, 97],
    physical: [0, 100],
    digital: [0, 100],
  };
  const night = writeEdf({ signals: [ecg, eeg, pulse], records: 3, duration: 0.5 });

  test('of different rates come as samples per frame where they are asked for, alone at their own rate', async () => {
    const all = await read(night, { digital: true, channels: [0, 1, 2] });
    expect({ fs: all.fs, samples: all.samples, sampsPerFrame: all.meta.sampsPerFrame }).toEqual({
      fs: 2,
      samples: 3,
      sampsPerFrame: [250, 100, 1],
    });
    expect(all.digital!.map((samples) => Array.from(samples))).toEqual([ecg.samples, eeg.samples, pulse.samples]);
    expect(Array.from(all.signal[2])).toEqual([95, 96, 97]);
    const two = await read(night, { channels: ['EEG', 'ECG II'] });
    expect({ fs: two.fs, samples: two.samples, sampsPerFrame: two.meta.sampsPerFrame }).toEqual({
      fs: 100,
      samples: 150,
      sampsPerFrame: [2, 5],
    });
    const one = await read(night, { channels: [0], from: 249, to: 252, digital: true });
    expect({ fs: one.fs, samples: one.samples, digital: one.digital }).toEqual({
      fs: 500,
      samples: 3,
      digital: [Int32Array.of(149, 150, 151)],
    });
  });

  test('of other rates than the ECG, or without a calibration, are left out with a warning where nobody asked for them', async () => {
    const { fs, leads, samples, meta } = await read(night);
    expect({ fs, leads, samples }).toEqual({ fs: 500, leads: ['ECG II'], samples: 750 });
    expect(meta.warnings).toEqual(['a.edf: signals of another rate are left out: 1 "EEG", 2 "SpO2"']);
    const flat: TestSignal = { label: 'x', samplesPerRecord: 250, samples: ramp(750), physical: [0, 0] };
    const bytes = writeEdf({ signals: [flat, ecg], records: 3 });
    const both = await read(bytes);
    expect([both.leads, both.meta.warnings]).toEqual([
      ['ECG II'],
      ['a.edf: signals without a calibration are left out: 0 "x"'],
    ]);
    await expect(read(bytes, { channels: ['x'] })).rejects.toThrow('a.edf, x: cannot be calibrated');
  });

  test('microvolt is found in the bytes that real files have', async () => {
    for (const units of ['uV', '\xb5V', '\xc2\xb5V', '\xce\xbcV', '\x83\xcaV', 'UV', 'microV', 'uV\0junk']) {
      expect((await read(writeEdf({ signals: [{ ...ecg, units }], records: 3 }))).units).toEqual(['uV']);
    }
  });

  test('a unit can be given for signals that name none, and only for them', async () => {
    const bytes = writeEdf({
      signals: [
        { ...ecg, units: '' },
        { ...ecg, units: 'mV' },
      ],
      records: 3,
    });
    expect((await read(bytes)).units).toEqual(['', 'mV']);
    expect((await read(bytes, { units: 'µV' })).units).toEqual(['uV', 'mV']);
    await expect(read(bytes, { channels: [1], units: 'uV' })).rejects.toThrow(
      'a.edf, units: every signal tells its unit itself',
    );
  });

  test('BDF has samples of 24 bits', async () => {
    const samples = [-8388608, 8388607, 0, -1, 1, 65536, -65536, 255, 256, -32769];
    const signals: TestSignal[] = [
      { label: 'I', samplesPerRecord: 5, samples, digital: [-8388608, 8388607], physical: [-262144, 262143] },
    ];
    const { digital, meta, signal } = await read(writeEdf({ signals, records: 2, bdf: true, reserved: '24BIT' }), {
      digital: true,
    });
    expect([Array.from(digital![0]), meta.format, meta.adcResolutions]).toEqual([samples, 'bdf', [24]]);
    expect([signal[0][0], signal[0][1]]).toEqual([-262144, 262143]);
  });

  test('a physical maximum below the minimum turns the signal over', async () => {
    const signals: TestSignal[] = [{ label: 'I', samplesPerRecord: 2, samples: [-32768, 32767], physical: [5, -5] }];
    expect(Array.from((await read(writeEdf({ signals, records: 1 }))).signal[0])).toEqual([5, -5]);
  });

  test('the number of data records may be -1, bytes behind the last are a warning', async () => {
    const open = night.slice();
    open.set(new TextEncoder().encode('-1      '), 236);
    expect((await read(open)).samples).toBe(750);
    const longer = Uint8Array.of(...night, 1, 2, 3);
    expect((await read(longer)).meta.warnings[0]).toBe(`a.edf: 3 unread bytes from byte ${night.length} on`);
  });

  test('who and where is nowhere in what is read; the date is', async () => {
    const recording = 'Startdate 17-APR-1993 PSG-1234 Dr_House';
    const bytes = writeEdf({ signals: [pulse], records: 3, recording, date: '17.04.93' });
    const record = await read(bytes);
    expect(JSON.stringify(record)).not.toMatch(/Jane|Doe|MCH|House|PSG/);
    expect(record.startTime?.toISOString()).toBe('1993-04-17T05:06:07.000Z');
    expect(
      (await read(writeEdf({ signals: [pulse], records: 3, recording: 'Startdate X X X X' }))).startTime,
    ).toBeUndefined();
    expect((await read(writeEdf({ signals: [pulse], records: 3, date: '17.04.84' }))).startTime?.getUTCFullYear()).toBe(
      2084,
    );
    expect((await read(writeEdf({ signals: [pulse], records: 3, date: '99.99.99' }))).startTime).toBeUndefined();
  });
});

describe('EDF+', () => {
  const ecg: TestSignal = { label: 'ECG', samplesPerRecord: 4, samples: ramp(12) };
  const texts = (...texts: string[]): TestSignal => ({ label: 'EDF Annotations', samplesPerRecord: 30, texts });
  const plus = (texts: TestSignal, reserved: string) => writeEdf({ signals: [ecg, texts], records: 3, reserved });

  test('the gaps of EDF+D are NaN, and parts of it the slices of the whole', async () => {
    const bytes = plus(texts('+0.5\x14\x14\0', '+1.5\x14\x14\0', '+4\x14\x14\0'), 'EDF+D');
    const record = await read(bytes, { digital: true });
    expect({ samples: record.samples, invalid: record.meta.invalidSamples }).toEqual({ samples: 18, invalid: [6] });
    expect(record.startTime?.toISOString()).toBe('2004-03-02T05:06:07.500Z');
    const gap = new Array(6).fill(-(2 ** 31));
    expect(Array.from(record.digital![0])).toEqual([...ramp(8), ...gap, ...ramp(12).slice(8)]);
    for (let from = 0; from <= 18; from++) {
      for (let to = from; to <= 18; to++) {
        expect((await read(bytes, { from, to })).signal).toEqual([record.signal[0].slice(from, to)]);
      }
    }
  });

  test('a gap too long to fill is refused, what lies around it is read', async () => {
    const bytes = plus(texts('+0\x14\x14\0', '+1\x14\x14\0', '+99999999\x14\x14\0'), 'EDF+D');
    await expect(read(bytes)).rejects.toThrow(
      'a.edf: gaps of 99999997 s are too long to be filled: ask for the frames between them with from and to',
    );
    expect((await read(bytes, { to: 8 })).meta.invalidSamples).toEqual([0]);
    expect((await read(bytes, { from: 399999996 })).signal[0].length).toBe(4);
  });

  test('data records that overlap, or do not say when they begin, are an error', async () => {
    await expect(read(plus(texts('+0\x14\x14\0', '+0.5\x14\x14\0', '+2\x14\x14\0'), 'EDF+D'))).rejects.toThrow(
      'data record 1 begins at 0.5 s, before the one before it ends',
    );
    await expect(read(plus(texts('+0\x14\x14\0', '', '+2\x14\x14\0'), 'EDF+D'))).rejects.toThrow(
      'data record 1 does not say when it begins',
    );
    await expect(read(plus(texts('+0\x14\x14\0', 'x', '+2\x14\x14\0'), 'EDF+D'))).rejects.toThrow(
      'expected an annotation that begins with its onset',
    );
  });

  test('an EDF+C file whose first onset is unreadable has a warning', async () => {
    const record = await read(plus(texts('oh', '', ''), 'EDF+C'));
    expect(record.samples).toBe(12);
    expect(record.meta.warnings[0]).toContain('the fraction of a second in the start time is unknown');
  });

  test('annotations: several per list, durations, UTF-8, sorted, from the first sample on', async () => {
    const bytes = plus(
      texts(
        '+0.25\x14\x14\0+2.25\x150.5\x14QRS\x14ü\x14\0',
        '+1.25\x14\x14\0+1\x14early\x14\0',
        '+2.25\x14\x14\0-1\x14before\x14\0',
      ),
      'EDF+C',
    );
    expect(await annotations(bytes)).toEqual([
      { onset: -1.25, text: 'before' },
      { onset: 0.75, text: 'early' },
      { onset: 2, duration: 0.5, text: 'QRS' },
      { onset: 2, duration: 0.5, text: 'ü' },
    ]);
    expect(await annotations(writeEdf({ signals: [ecg], records: 3 }))).toEqual([]);
  });
});

describe('what is wrong is an EcgFileError that names field and byte', () => {
  const ecg: TestSignal = { label: 'ECG', samplesPerRecord: 4, samples: ramp(12) };
  const good = writeEdf({ signals: [ecg], records: 3 });
  const put = (at: number, text: string) => {
    const bytes = good.slice();
    bytes.set(new TextEncoder().encode(text), at);
    return bytes;
  };

  test.each<[string, Uint8Array, EdfOptions | undefined, string]>([
    [
      'empty',
      new Uint8Array(0),
      undefined,
      'a.edf, byte 0: is no EDF or BDF file: it has 0 bytes and begins otherwise',
    ],
    ['something else', put(0, '1'), undefined, 'a.edf, byte 0: is no EDF or BDF file'],
    ['header cut', good.slice(0, 300), undefined, 'a.edf, byte 300: truncated: the header has 512 bytes, the file 300'],
    [
      'data cut',
      good.slice(0, -1),
      undefined,
      'a.edf, byte 535: truncated: expected 536 bytes (3 data records of 8), found 535',
    ],
    ['many data records', put(236, '99999999'), undefined, 'a.edf, byte 536: truncated: expected 800000504 bytes'],
    [
      'many signals',
      put(252, '9999'),
      undefined,
      'a.edf, header bytes, byte 184: expected 2560000 for 9999 signals, found 512',
    ],
    [
      'no signals',
      put(252, '0   '),
      undefined,
      'a.edf, number of signals, byte 252: expected an integer of 1 or more, found 0',
    ],
    [
      'header bytes',
      put(184, '513'),
      undefined,
      'a.edf, header bytes, byte 184: expected 512 for 1 signals, found 513',
    ],
    ['data records', put(236, 'x'), undefined, 'a.edf, number of data records, byte 236: expected a number, found "x"'],
    ['duration', put(244, '0'), undefined, 'a.edf, byte 244: expected data records longer than 0 s, found 0'],
    ['samples', put(256 + 216, '0'), undefined, 'a.edf, samples per data record: no signal has any'],
    [
      'samples below 0',
      put(256 + 216, '-4'),
      undefined,
      'a.edf, samples per data record of signal 0, byte 472: expected an integer of 0 or more, found -4',
    ],
    [
      'physical',
      put(256 + 104, 'nan     '),
      undefined,
      'a.edf, physical minimum of signal 0, byte 360: expected a number, found "nan"',
    ],
    [
      'equal digital',
      put(256 + 128, '-32768  '),
      undefined,
      'a.edf, ECG: cannot be calibrated: digital -32768 to -32768, physical -1000 to 1000',
    ],
    ['equal physical', put(256 + 112, '-1000'), undefined, 'a.edf, ECG: cannot be calibrated'],
    ['channel', good, { channels: ['II'] }, 'a.edf, channels: no signals are "II"; there are 0 "ECG"'],
    ['index', good, { channels: [1] }, 'a.edf, channels: no signals are 1; there are 0 "ECG"'],
    ['from', good, { from: 13 }, 'a.edf, from: expected a frame within 0..12, found 13'],
    ['to', good, { from: 5, to: 4 }, 'a.edf, to: expected a frame within 5..12, found 4'],
  ])('%s', async (_name, bytes, options, message) => {
    const error = await read(bytes, options).then(
      () => undefined,
      (error: unknown) => error,
    );
    expect(error).toBeInstanceOf(EcgFileError);
    expect((error as Error).message.slice(0, message.length)).toBe(message);
  });

  test('a label that two signals have needs an index', async () => {
    const bytes = writeEdf({ signals: [ecg, { ...ecg, samples: ramp(12, 2) }], records: 3 });
    await expect(read(bytes, { channels: ['ecg'] })).rejects.toThrow(
      'a.edf, channels: 2 signals are "ecg"; there are 0 "ECG", 1 "ECG"',
    );
    expect((await read(bytes, { channels: [1], digital: true })).digital![0][1]).toBe(-98);
  });
});
