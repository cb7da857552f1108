import { expectAllClose } from '@heartllm/testing';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  type EcgRecord,
  PrepareError,
  prepare,
  removeBaseline,
  removeMains,
  selectLeads,
  windows,
  zScore,
} from '../../src/index.ts';
import { goldenInputs, readGolden, realRecord, recordOf, rmsError, unpack } from './helpers.ts';

const golden = await readGolden();
const { offsetV5 } = await goldenInputs();
const twelve = 'I II III aVR aVL aVF V1 V2 V3 V4 V5 V6'.split(' ');

describe('a record that fits', () => {
  test('keeps its samples, sample for sample and without a copy', async () => {
    const record = await realRecord();
    const ready = prepare(record);
    expect(ready.leads).toEqual(twelve);
    expect(ready.signal.every((lead, i) => lead === record.signal[i])).toBe(true);
    expect(ready).toEqual({ ...record, leads: twelve });
  });

  test('in another order and naming as well', async () => {
    const record = await realRecord();
    const mixed = selectLeads(record, [...twelve].reverse());
    expect(prepare({ ...mixed, leads: mixed.leads.map((lead) => `ECG_${lead.toLowerCase()}`) }).signal).toEqual(
      record.signal,
    );
  });
});

describe('leads that are not there', () => {
  test('are an error, or flat if asked for; limb leads are derived first', async () => {
    const record = await realRecord();
    const few = selectLeads(record, ['II', 'III', 'V1', 'V2', 'V5']);
    expect(() => prepare(few)).toThrow('missing V3 V4 V6');
    const ready = prepare(few, { missing: 'flat' });
    expect(ready.leads).toEqual(twelve);
    expect(ready.meta.warnings).toEqual([
      `${record.name}: no V3 V4 V6: counted as flat`,
      `${record.name}: leads derived: I from II and III, aVR from II and III, aVL from II and III, aVF from II and III`,
    ]);
    for (const [i, lead] of ready.leads.entries()) {
      if (['V3', 'V4', 'V6'].includes(lead)) expect(new Set(ready.signal[i])).toEqual(new Set([0]));
      else expect(rmsError(ready.signal[i], record.signal[i])).toBeLessThan(1e-2); // derived ones: PTB-XL rounds to 1 uV
    }
    expect(prepare(record, { missing: 'flat' })).toEqual(prepare(record));
  });
});

describe('another rate', () => {
  test.each(golden.line)(
    '$from to $to Hz: RMS error from scipy.signal.resample_poly along the line through the ends below 1e-7',
    ({ from, to, expected }) => {
      const record = recordOf({ V5: offsetV5 }, { fs: from });
      const values = unpack(expected);
      const { signal, fs, samples, meta } = prepare(record, { leads: ['V5'], fs: to, seconds: values.length / to });
      expect(rmsError(signal[0], values)).toBeLessThan(1e-7);
      expect([fs, samples]).toEqual([to, values.length]);
      expect(meta.warnings).toEqual([`rec: resampled from ${from} to ${to} Hz`]);
    },
  );

  test('a constant lead stays constant, so that its z-score is 0 and no ripple', () => {
    for (const fs of [257, 360, 1000]) {
      const record = recordOf({ I: new Float32Array(10 * fs).fill(4.7) }, { fs });
      const [lead] = prepare(record, { leads: ['I'] }).signal;
      expect(new Set(lead)).toEqual(new Set([Math.fround(4.7)]));
      expect(zScore([lead]).std[0]).toBe(1);
    }
  });

  test('that of leads which were not asked for is no matter', () => {
    const lead = Array.from({ length: 5000 }, (_, t) => Math.sin(t / 8));
    const record = recordOf({ I: lead, Marker: Array(10).fill(0) }, { fs: 1, samples: 10 });
    const ready = prepare(record, { leads: ['I'] });
    expect(ready.signal[0]).toBe(record.signal[0]);
    expect(ready).toMatchObject({ fs: 500, samples: 5000, meta: { warnings: [] } });
    const flat = prepare(record, { leads: ['I', 'V1'], missing: 'flat' });
    expect(flat.signal).toEqual([record.signal[0], new Float32Array(5000)]);
    expect(flat.meta.warnings).toEqual(['rec: no V1: counted as flat']);
  });

  test('several samples per frame: every lead ends at the same rate', () => {
    const slow = Array.from({ length: 100 }, (_, t) => Math.sin(t / 8));
    const fast = Array.from({ length: 400 }, (_, t) => Math.sin(t / 32));
    const record = recordOf({ I: slow, II: fast }, { fs: 125, samples: 100 });
    const ready = prepare(record, { leads: ['I', 'II'], seconds: 0.8 });
    expect(ready.signal.map((lead) => lead.length)).toEqual([400, 400]);
    expect(ready.signal[1]).toEqual(record.signal[1]);
    expect(rmsError(ready.signal[0].subarray(40, -60), ready.signal[1].subarray(40, -60))).toBeLessThan(0.01);
    expect(ready.meta.warnings).toEqual(['rec: resampled from 125, 500 to 500 Hz']);
  });
});

describe('another length', () => {
  test('a longer record is cut, and a warning says so', async () => {
    const record = await realRecord();
    const ready = prepare(record, { seconds: 4 });
    expect(ready.signal).toEqual(record.signal.map((lead) => lead.slice(0, 2000)));
    expect(ready.meta.warnings).toEqual(['00001_hr: the first 4 s of 10 s are used']);
  });

  test("a shorter one goes on at each lead's mean, so that its z-score goes on at 0", async () => {
    const [whole] = windows(await realRecord(), 7);
    const ready = prepare(whole);
    const { z } = zScore(ready.signal);
    expect(ready.samples).toBe(5000);
    for (const lead of z) expect(Math.max(...lead.subarray(3500).map(Math.abs))).toBeLessThan(1e-6);
    expect(ready.meta.warnings).toEqual(['00001_hr: 7 s padded to 10 s']);
  });

  test('what lies behind the end is not looked at', () => {
    const samples = Array.from({ length: 100 }, (_, t) => (t < 50 ? t : Number.NaN));
    expect(prepare(recordOf({ I: samples }, { fs: 10 }), { leads: ['I'], fs: 10, seconds: 5 }).samples).toBe(50);
  });

  test('windows of a long record, prepared, are what each of them gives alone', async () => {
    const record = await realRecord();
    const pieces = Array.from(windows(record, 3), (window) => prepare(window, { fs: 250, seconds: 3 }));
    expect(pieces.map(({ samples }) => samples)).toEqual([750, 750, 750, 750]);
    expect(pieces[0].signal).toEqual(prepare(record, { fs: 250, seconds: 3 }).signal);
  });
});

test('filters run when asked for, before anything is resampled', async () => {
  const record = await realRecord();
  const ready = prepare(record, { baseline: true, mains: 50 });
  expect(ready.signal).toEqual(record.signal.map((lead) => removeMains(removeBaseline(lead, 500), 500, 50)));
  const hum = recordOf({ I: new Float32Array(100) }, { fs: 100 });
  expect(() => prepare(hum, { leads: ['I'], mains: 50 })).toThrow(
    'expected a sampling rate above 100 Hz, found 100 Hz',
  );
});

test('everything that was changed is told, in order, and the record stays as it was', () => {
  const gap = Float32Array.from({ length: 1000 }, (_, t) => (t === 5 ? Number.NaN : Math.sin(t / 50)));
  const record = recordOf({ 'ECG I': gap, MLII: gap.map((value) => value * 2) }, { fs: 250 });
  const before = structuredClone(record);
  const { leads, meta, fs, samples } = prepare(record, { leads: ['II', 'aVF'], fs: 100, seconds: 5 });
  expect({ leads, fs, samples }).toEqual({ leads: ['II', 'aVF'], fs: 100, samples: 500 });
  expect(meta.warnings).toEqual([
    'rec: leads derived: aVF from ECG I and MLII',
    'rec: lead II: 1 invalid samples bridged by straight lines',
    'rec: lead aVF: 1 invalid samples bridged by straight lines',
    'rec: resampled from 250 to 100 Hz',
    'rec: 4 s padded to 5 s',
  ]);
  expect(record).toEqual(before);
});

describe('what cannot be used is refused in one line', () => {
  const one = recordOf({ I: [1, 2] });
  test.each<[string, () => unknown, string]>([
    [
      'missing leads',
      () => prepare(one),
      'rec: leads: expected I II III aVR aVL aVF V1 V2 V3 V4 V5 V6, missing II III aVR',
    ],
    ['no samples', () => prepare(recordOf({ I: [] }), { leads: ['I'] }), 'rec: no samples'],
    ['no leads', () => prepare(one, { leads: [] }), 'rec: leads: expected at least one, found none'],
    ['a rate of 0', () => prepare({ ...one, fs: 0 }), 'rec: sampling rate: expected a positive number of Hz, found 0'],
    [
      'a model rate of NaN',
      () => prepare(one, { fs: Number.NaN }),
      'rec: fs: expected a positive number of Hz, found NaN',
    ],
    ['no length', () => prepare(one, { seconds: 0 }), 'rec: seconds: expected a positive number of seconds, found 0'],
    [
      'less than a sample',
      () => prepare(one, { seconds: 1e-4 }),
      'rec: seconds: 0.0001 s is less than a sample at 500 Hz',
    ],
    ['only NaN', () => prepare(recordOf({ I: [Number.NaN] }), { leads: ['I'] }), 'rec: lead I: no valid sample'],
  ])('%s', (_, call, message) => {
    expect(call).toThrow(PrepareError);
    expect(call).toThrow(message);
  });
});

test('any rate and length gives the number of samples asked for, none of them invalid', () => {
  const rate = fc.oneof(fc.integer({ min: 20, max: 1000 }), fc.double({ min: 20, max: 1000, noNaN: true }));
  const duration = fc.double({ min: 0.05, max: 3, noNaN: true });
  fc.assert(
    fc.property(rate, fc.integer({ min: 20, max: 1000 }), duration, duration, (from, fs, has, seconds) => {
      const lead = Float32Array.from({ length: Math.ceil(has * from) }, (_, t) => 5 + Math.sin(t));
      const { signal, samples } = prepare(recordOf({ I: lead }, { fs: from }), { leads: ['I'], fs, seconds });
      expect(samples).toBe(Math.round(seconds * fs));
      expect(signal[0]).toHaveLength(samples);
      expect(signal[0].every(Number.isFinite)).toBe(true);
      expectAllClose([Math.max(...signal[0])], [6], 0.3);
    }),
    { numRuns: 60 },
  );
});

test('any record at all gives what was asked for or a PrepareError of one line, and is not changed', () => {
  const sample = fc.oneof(
    { weight: 30, arbitrary: fc.double({ min: -5, max: 5, noNaN: true }) },
    fc.constant(Number.NaN),
  );
  const name = fc.oneof(
    { weight: 4, arbitrary: fc.constantFrom('I', 'ii', 'ECG III', 'avr', 'MLII', 'V1') },
    fc.string({ maxLength: 5 }),
  );
  const rate = fc.oneof(
    { weight: 4, arbitrary: fc.double({ min: 2, max: 1000, noNaN: true }) },
    fc.constantFrom(0, -1, 1e-9, Number.NaN, Number.POSITIVE_INFINITY),
  );
  const broken = fc.record({
    fs: rate,
    samples: fc.nat(60),
    leads: fc.array(
      fc.tuple(name, fc.array(sample, { minLength: 61, maxLength: 61 }), fc.constantFrom(0, 0, 0, 0, 1)),
      {
        maxLength: 4,
      },
    ),
    seconds: fc.double({ min: 0.01, max: 1, noNaN: true }),
  });
  const outcomes = { ready: 0, refused: 0 };
  fc.assert(
    fc.property(broken, ({ fs, samples, leads, seconds }) => {
      const record: EcgRecord = { ...recordOf({}), fs, samples, leads: leads.map(([spelling]) => spelling) };
      record.signal = leads.map(([, values, more]) => Float32Array.from(values.slice(0, samples + more)));
      record.units = leads.map(() => 'mV');
      const before = structuredClone(record);
      try {
        const ready = prepare(record, { leads: ['I', 'II'], fs: 100, seconds, baseline: true });
        outcomes.ready++;
        expect(ready.signal.map((values) => values.length)).toEqual(Array(2).fill(Math.round(seconds * 100)));
        for (const values of ready.signal) expect(values.every(Number.isFinite)).toBe(true);
      } catch (error) {
        outcomes.refused++;
        if (!(error instanceof PrepareError)) throw error;
        expect(error.message).not.toMatch(/[\n\r]/);
      }
      expect(record).toEqual(before);
    }),
    { numRuns: 1500 },
  );
  expect(Math.min(outcomes.ready, outcomes.refused)).toBeGreaterThan(50);
});
