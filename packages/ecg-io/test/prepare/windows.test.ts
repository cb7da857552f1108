import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { crop, memorySource, PrepareError, pad, readRecord, windows } from '../../src/index.ts';
import { fixtures, recordOf } from './helpers.ts';

const ramp = (samples: number, fs = 10) =>
  recordOf({ I: Array.from({ length: samples }, (_, t) => t), II: new Array(samples).fill(0) }, { fs });

describe('crop', () => {
  test('gives what readRecord gives for the same frames', async () => {
    const options = { from: 500, to: 1234, digital: true };
    const read = await readRecord(fixtures, 'ptbxl/00001_hr', options);
    const cut = crop(await readRecord(fixtures, 'ptbxl/00001_hr', { digital: true }), 500, 1234);
    expect(cut).toEqual(read);
  });

  test.each(['10/100(5) 20 12:00:00.5', '10 20 12:00:00 01/02/2020', '10/3 20', '10/10(7) 20 23:59:59'])(
    'and the clock of readRecord: rec 2 %s',
    async (clock) => {
      const dat = new Uint8Array(Int16Array.from({ length: 40 }, (_, i) => (i === 9 ? -32768 : i)).buffer);
      const source = memorySource({ 'rec.hea': `rec 2 ${clock}\nrec.dat 16 100 0 0 0\nrec.dat 16 50`, 'rec.dat': dat });
      const whole = await readRecord(source, 'rec', { digital: true });
      for (const [from, to] of [
        [0, 20],
        [0, 7],
        [3, 20],
        [4, 5],
        [6, 6],
      ]) {
        expect(crop(whole, from, to)).toEqual(await readRecord(source, 'rec', { from, to, digital: true }));
      }
      expect(crop(crop(whole, 3), 4, 9)).toEqual(crop(whole, 7, 12));
    },
  );

  test('moves the start time, counts invalid samples anew, keeps several samples per frame together', () => {
    const startTime = new Date('2020-02-01T12:00:00Z');
    const digital = [Int32Array.of(1, 2, 3, 4, 5, 6), Int32Array.of(7, 8, 9)];
    const record = recordOf(
      { I: [1, 2, 3, Number.NaN, 5, 6], II: [7, 8, 9] },
      { fs: 10, samples: 3, startTime, digital },
    );
    const cut = crop(record, 1);
    expect(cut.samples).toBe(2);
    expect(cut.signal.map((lead) => Array.from(lead))).toEqual([
      [3, Number.NaN, 5, 6],
      [8, 9],
    ]);
    expect(cut.digital!.map((lead) => Array.from(lead))).toEqual([
      [3, 4, 5, 6],
      [8, 9],
    ]);
    expect(cut.meta.invalidSamples).toEqual([1, 0]);
    expect(crop(record, 2).meta.invalidSamples).toEqual([0, 0]);
    expect(cut.startTime).toEqual(new Date('2020-02-01T12:00:00.100Z'));
  });

  test('of everything is the record itself; of a part shares no memory with it', () => {
    const record = ramp(4);
    expect(crop(record, 0)).toBe(record);
    expect(crop(record, 1).signal[0].buffer.byteLength).toBe(12);
    expect(crop(record, 4).signal[0]).toHaveLength(0);
  });

  test("a lead whose length is no multiple of the record's is refused", () => {
    const odd = recordOf({ I: [1, 2], II: [1, 2, 3] });
    expect(() => crop(odd, 1)).toThrow('rec: lead II: expected 2 samples or a multiple of it, found 3');
  });

  test.each([
    [-1, 2],
    [0, 5],
    [3, 2],
    [0.5, 2],
    [Number.NaN, 2],
    [0, Number.NaN],
  ])('%d to %d of 4 is refused', (from, to) => {
    expect(() => crop(ramp(4), from, to)).toThrow(PrepareError);
    expect(() => crop(ramp(4), from, to)).toThrow(`rec: crop: expected frames within 0..4, found ${from}..${to}`);
  });
});

describe('pad', () => {
  test("goes on at each lead's mean, what is invalid left out", () => {
    const padded = pad(recordOf({ I: [1, 2, 6], II: [Number.NaN, 1, 2] }), 5);
    expect(padded.samples).toBe(5);
    expect(padded.signal.map((lead) => Array.from(lead))).toEqual([
      [1, 2, 6, 3, 3],
      [Number.NaN, 1, 2, 1.5, 1.5],
    ]);
    expect(padded.meta.invalidSamples).toEqual([0, 1]);
  });

  test('leaves a record that is long enough as it is', () => {
    const record = ramp(4);
    expect(pad(record, 4)).toBe(record);
    expect(pad(record, 2)).toBe(record);
  });
});

describe('windows', () => {
  test('one after the other, the last one shorter', () => {
    const all = [...windows(ramp(25), 1)];
    expect(all.map(({ start, samples }) => [start, samples])).toEqual([
      [0, 10],
      [1, 10],
      [2, 5],
    ]);
    expect(Array.from(all[2].signal[0])).toEqual([20, 21, 22, 23, 24]);
  });

  test('overlapping; the last one is the first that reaches the end', () => {
    const starts = (samples: number) => Array.from(windows(ramp(samples), 1, 0.5), (w) => [w.start, w.samples]);
    expect(starts(20)).toEqual([
      [0, 10],
      [0.5, 10],
      [1, 10],
    ]);
    expect(starts(21)).toEqual([
      [0, 10],
      [0.5, 10],
      [1, 10],
      [1.5, 6],
    ]);
    expect(starts(7)).toEqual([[0, 7]]);
    expect(starts(0)).toEqual([]);
  });

  test('one by one: an endless hop costs nothing before it is asked for', () => {
    const first = windows(ramp(1000), 10, 0.1).next();
    expect(first.value?.samples).toBe(100);
  });

  test('every frame lies in a window; in exactly one where windows of whole frames follow each other', () => {
    const duration = fc.double({ min: 0.1, max: 5, noNaN: true });
    fc.assert(
      fc.property(
        fc.nat(300),
        duration,
        fc.double({ min: 0.05, max: 1, noNaN: true }),
        fc.constantFrom(10, 25.6, 500),
        (n, seconds, share, fs) => {
          const record = ramp(n, fs);
          for (const hop of [seconds, Math.max(seconds * share, 1 / fs)]) {
            const seen = new Set<number>();
            let count = 0;
            for (const window of windows(record, seconds, hop)) {
              expect(window.signal[0][0]).toBe(Math.round(window.start * fs));
              expect(window.samples).toBeLessThanOrEqual(Math.ceil(seconds * fs));
              expect(window.signal[0]).toHaveLength(window.samples);
              for (const value of window.signal[0]) seen.add(value);
              count += window.samples;
            }
            expect(seen.size).toBe(n);
            if (hop === seconds && Number.isInteger(seconds * fs)) expect(count).toBe(n);
          }
        },
      ),
    );
  });

  test.each([
    [0, 1],
    [1, 0],
    [Number.NaN, 1],
    [1, Number.POSITIVE_INFINITY],
    [0.01, 1],
    [1, 0.01],
  ])('%d s every %d s is refused', (seconds, hop) => {
    expect(() => windows(ramp(20), seconds, hop).next()).toThrow(PrepareError);
  });
});
