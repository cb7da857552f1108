import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { fidelity } from '../../src/index.ts';
import { noise, REGULAR, syntheticEcg } from '../helpers/synthetic-ecg.ts';

const LEADS = [1, 0.6, -0.8];
const ecg = (changes: object = {}) => syntheticEcg({ fs: 500, seconds: 10, beats: REGULAR, leads: LEADS, ...changes });

describe('errors per lead', () => {
  const errors = (original: number[], decoded: number[]) => fidelity([original], [decoded], 500).leads[0];

  test('by hand: 1 2 3 4 5 decoded as 1 2 3 4 10', () => {
    // variance 2, squared error 25 / 5 = 5, so 2.5 of the variance; covariance 4; variance of the decoded 10
    const { mse, prd, correlation } = errors([1, 2, 3, 4, 5], [1, 2, 3, 4, 10]);
    expect(mse).toBeCloseTo(2.5, 12);
    expect(prd).toBeCloseTo(100 * Math.sqrt(2.5), 9);
    expect(correlation).toBeCloseTo(4 / Math.sqrt(20), 6);
  });

  test('samples that are invalid in one of the two are left out of both', () => {
    const valid = errors([1, 2, 3, 4, 5], [1, 2, 3, 4, 10]);
    const { NaN: none, POSITIVE_INFINITY: infinite } = Number;
    expect(errors([1, none, 2, 3, 7, 4, 5], [1, 9, 2, 3, infinite, 4, 10])).toEqual(valid);
  });

  test('a constant original has neither PRD nor correlation, and its deviation counts as 1', () => {
    expect(errors([3, 3, 3, 3], [3, 5, 3, 3])).toMatchObject({ mse: 1, prd: Number.NaN, correlation: Number.NaN });
    const flattened = errors([1, 2, 3], [2, 2, 2]);
    expect([flattened.prd, flattened.correlation]).toEqual([expect.closeTo(100, 9), Number.NaN]);
    const tenths = Array(5000).fill(0.1); // whose mean is not exactly 0.1
    expect(errors(tenths, tenths)).toMatchObject({ mse: 0, prd: Number.NaN });
  });

  test('nothing valid, nothing measured', () => {
    const none = { mse: Number.NaN, prd: Number.NaN, correlation: Number.NaN };
    expect(errors([], [])).toMatchObject(none);
    expect(errors([Number.NaN, 1], [1, Number.NaN])).toMatchObject(none);
  });

  test('any signal stretched about its mean: PRD is the stretch, an offset of k deviations counts k', () => {
    const lead = fc.array(fc.integer({ min: -5000, max: 5000 }), { minLength: 10, maxLength: 200 });
    const stretch = fc.double({ min: -3, max: 3, noNaN: true });
    fc.assert(
      fc.property(lead, stretch, stretch, (x, a, k) => {
        fc.pre(new Set(x).size > 1);
        const mean = x.reduce((sum, v) => sum + v, 0) / x.length;
        const std = Math.sqrt(x.reduce((sum, v) => sum + (v - mean) ** 2, 0) / x.length);
        const stretched = errors(
          x,
          x.map((v) => mean + a * (v - mean)),
        );
        expect(stretched.prd).toBeCloseTo(100 * Math.abs(1 - a), 6);
        if (Math.abs(a) > 1e-3) expect(stretched.correlation).toBeCloseTo(Math.sign(a), 5);
        expect(
          errors(
            x,
            x.map((v) => v + k * std),
          ).mse,
        ).toBeCloseTo(k * k, 6);
      }),
    );
  });
});

describe('beats', () => {
  test('of the same signal: every error is 0', () => {
    const none = { mean: 0, meanAbsolute: 0 };
    const { leads, beats, rPeakMs, qrsDurationMs } = fidelity(ecg(), ecg(), 500);
    expect(beats).toEqual({ original: 11, decoded: 11, paired: 11 });
    expect([rPeakMs, qrsDurationMs]).toEqual([
      { beats: 11, ...none },
      { beats: 11, ...none },
    ]);
    for (const { mse, prd, correlation, stLevel } of leads) {
      expect([mse, prd, stLevel]).toEqual([0, 0, { beats: 11, ...none }]);
      expect(correlation).toBeCloseTo(1, 6);
    }
  });

  test('of a signal that is late, or early: that much, and nothing else', () => {
    fc.assert(
      fc.property(fc.integer({ min: -70, max: 70 }), (samples) => {
        const late = ecg({ beats: REGULAR.map((at) => at + samples / 500) });
        const { beats, rPeakMs, qrsDurationMs } = fidelity(ecg(), late, 500);
        expect(beats.paired).toBe(11);
        expect(rPeakMs.mean).toBeCloseTo(2 * samples, 9);
        expect(rPeakMs.meanAbsolute).toBeCloseTo(Math.abs(2 * samples), 9);
        expect(qrsDurationMs.meanAbsolute).toBeLessThan(0.5); // rounding of the made-up samples
      }),
      { numRuns: 20 },
    );
  });

  test('errors of some beats, early and late: mean and mean amount', () => {
    const decoded = ecg({ beats: REGULAR.map((at, i) => at + [0.01, -0.02][i % 2]) }); // six late, five early
    const { rPeakMs } = fidelity(ecg(), decoded, 500);
    expect(rPeakMs.mean).toBeCloseTo((6 * 10 - 5 * 20) / 11, 9);
    expect(rPeakMs.meanAbsolute).toBeCloseTo((6 * 10 + 5 * 20) / 11, 9);
  });

  test('a raised ST segment is raised by that much in every lead, by its sign and gain', () => {
    const { leads } = fidelity(ecg(), ecg({ st: 0.2 }), 500);
    for (const [i, gain] of LEADS.entries()) {
      expect(leads[i].stLevel.beats).toBe(11);
      expect(leads[i].stLevel.mean).toBeCloseTo(0.2 * gain, 2);
    }
  });

  test('a wider QRS complex is longer', () => {
    expect(fidelity(ecg(), ecg({ width: 1.8 }), 500).qrsDurationMs.mean).toBeGreaterThan(25);
    expect(fidelity(ecg({ width: 1.8 }), ecg(), 500).qrsDurationMs.mean).toBeLessThan(-25);
  });

  test('a beat that is lost, moved away or made up counts, and is not measured', () => {
    const others = REGULAR.filter((_, i) => i !== 4);
    const lost = fidelity(ecg(), ecg({ beats: others }), 500);
    expect(lost).toMatchObject({ beats: { original: 11, decoded: 10, paired: 10 }, rPeakMs: { beats: 10, mean: 0 } });
    const madeUp = fidelity(ecg(), ecg({ beats: [...REGULAR, REGULAR[4] + 0.4] }), 500);
    expect(madeUp.beats).toEqual({ original: 11, decoded: 12, paired: 11 });
    expect(madeUp.rPeakMs.meanAbsolute).toBeLessThan(0.2); // one beat moves by a sample on the other's T-wave
    const moved = fidelity(ecg(), ecg({ beats: [...others, REGULAR[4] + 0.2] }), 500);
    expect(moved.beats).toEqual({ original: 11, decoded: 11, paired: 10 });
  });

  test('without beats there is nothing to measure', () => {
    const nothing = { beats: 0, mean: Number.NaN, meanAbsolute: Number.NaN };
    for (const decoded of [LEADS.map(() => new Float32Array(5000)), LEADS.map((_, i) => noise(i, 5000, 1))]) {
      const { leads, beats, rPeakMs, qrsDurationMs } = fidelity(ecg(), decoded, 500);
      expect(beats).toEqual({ original: 11, decoded: 0, paired: 0 });
      expect([rPeakMs, qrsDurationMs, ...leads.map(({ stLevel }) => stLevel)]).toEqual(Array(5).fill(nothing));
    }
  });

  test('an invalid sample in an ST segment leaves out that beat of that lead', () => {
    const decoded = ecg();
    decoded[1][Math.round((REGULAR[3] + 0.1) * 500)] = Number.NaN;
    const { leads, beats } = fidelity(ecg(), decoded, 500);
    expect(beats.paired).toBe(11);
    expect(leads.map(({ stLevel }) => stLevel.beats)).toEqual([11, 10, 11]);
  });

  test('shapes that differ are refused', () => {
    expect(() => fidelity(ecg(), ecg().slice(1), 500)).toThrow('decoded: expected 3 leads as in the original, found 2');
    expect(() => fidelity([[1, 2]], [[1]], 500)).toThrow('decoded[0]: expected 2 samples as in the original, found 1');
    expect(() => fidelity([[1]], [[1]], 0)).toThrow('fs: expected 50 Hz or more, found 0');
  });
});
