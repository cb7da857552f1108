import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { fillGaps, PrepareError } from '../../src/index.ts';
import { recordOf } from './helpers.ts';

const { NaN: nan, POSITIVE_INFINITY: infinity } = Number;

/** At 10 Hz two samples are 0.2 s. */
const at10Hz = (samples: number[]) => recordOf({ I: samples }, { fs: 10 });

describe('short gaps', () => {
  test('are bridged by a straight line, at the ends the nearest sample is held, and a warning says so', () => {
    const record = at10Hz([nan, nan, 1, 2, nan, infinity, 8, 9, -infinity]);
    const filled = fillGaps(record);
    expect(Array.from(filled.signal[0])).toEqual([1, 1, 1, 2, 4, 6, 8, 9, 9]);
    expect(filled.meta.warnings).toEqual(['rec: lead I: 5 invalid samples bridged by straight lines']);
    expect(filled.meta.invalidSamples).toEqual([0]);
    expect(record.signal[0][0]).toBeNaN();
    expect(record.meta.warnings).toEqual([]);
  });

  test('a record without gaps comes back as it is, a lead without gaps is not copied', () => {
    const whole = recordOf({ I: [1, 2], II: [3, 4] });
    expect(fillGaps(whole)).toBe(whole);
    const half = recordOf({ I: [1, 2], II: [3, nan] });
    expect(fillGaps(half).signal[0]).toBe(half.signal[0]);
  });

  test('are measured at the rate of their lead', () => {
    const record = recordOf({ I: [1, nan, nan, nan, nan, 6] }, { fs: 10, samples: 3 });
    expect(Array.from(fillGaps(record).signal[0])).toEqual([1, 2, 3, 4, 5, 6]);
  });
});

describe('longer gaps', () => {
  const long = [1, 2, nan, nan, nan, 6, nan, 8];

  test('are refused with lead, place and length', () => {
    expect(() => fillGaps(at10Hz(long))).toThrow(PrepareError);
    expect(() => fillGaps(at10Hz(long))).toThrow('rec: lead I: no valid sample from 0.2 to 0.5 s, more than 0.2 s');
    expect(() => fillGaps(at10Hz([nan, nan, nan, 1]))).toThrow('rec: lead I: no valid sample from 0 to 0.3 s');
  });

  test('are bridged when allowed', () => {
    expect(Array.from(fillGaps(at10Hz(long), { upTo: 0.3 }).signal[0])).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
    expect(Array.from(fillGaps(at10Hz([nan, nan, nan, nan, 7]), { upTo: infinity }).signal[0])).toEqual([
      7, 7, 7, 7, 7,
    ]);
  });

  test("become 0 with longer: 'zero', while short ones are bridged", () => {
    const filled = fillGaps(at10Hz(long), { longer: 'zero' });
    expect(Array.from(filled.signal[0])).toEqual([1, 2, 0, 0, 0, 6, 7, 8]);
    expect(filled.meta.warnings).toEqual([
      'rec: lead I: 1 invalid samples bridged by straight lines',
      'rec: lead I: 3 invalid samples set to 0',
    ]);
    expect(Array.from(fillGaps(at10Hz([1, nan, 3]), { upTo: 0, longer: 'zero' }).signal[0])).toEqual([1, 0, 3]);
  });

  test('a lead without any valid sample is refused or 0', () => {
    expect(() => fillGaps(at10Hz([nan]), { upTo: infinity })).toThrow('rec: lead I: no valid sample');
    expect(Array.from(fillGaps(at10Hz([nan]), { longer: 'zero' }).signal[0])).toEqual([0]);
  });

  test('a length that is no number is refused', () => {
    expect(() => fillGaps(at10Hz([1]), { upTo: nan })).toThrow('gaps.upTo: expected a positive number of seconds');
    expect(() => fillGaps(at10Hz([1]), { upTo: -1 })).toThrow(PrepareError);
  });
});

test('whatever the gaps: nothing invalid is left, valid samples stay, bridges keep between their ends', () => {
  const sample = fc.oneof(fc.double({ min: -5, max: 5, noNaN: true }), fc.constant(nan));
  fc.assert(
    fc.property(fc.array(sample, { minLength: 1, maxLength: 40 }), (samples) => {
      fc.pre(samples.some(Number.isFinite));
      const [before] = recordOf({ I: samples }).signal;
      const [after] = fillGaps(recordOf({ I: samples }), { upTo: infinity }).signal;
      const valid = before.filter(Number.isFinite);
      after.forEach((value, t) => {
        if (Number.isFinite(before[t])) expect(value).toBe(before[t]);
        expect(value).toBeGreaterThanOrEqual(Math.min(...valid));
        expect(value).toBeLessThanOrEqual(Math.max(...valid));
      });
    }),
  );
});
