import { expectAllClose } from '@heartllm/testing';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { PrepareError, resample } from '../../src/index.ts';
import { rateRatio } from '../../src/prepare/rate-ratio.ts';
import { amplitude, goldenInputs, readGolden, rmsError, sine, unpack } from './helpers.ts';

const golden = await readGolden();
const { leadII } = await goldenInputs();

describe('RMS error from scipy.signal.resample_poly below 1e-7, largest error below 1e-6 of the peak', () => {
  test.each(golden.resample)('$from to $to Hz', ({ from, to, expected }) => {
    const actual = resample(leadII.subarray(0, 700), from, to);
    expect(rmsError(actual, unpack(expected))).toBeLessThan(1e-7);
    expectAllClose(actual, unpack(expected), 1e-6);
  });

  test.each(golden.short)('$n samples from $from to $to Hz', ({ n, from, to, expected }) => {
    expectAllClose(resample(leadII.subarray(0, n), from, to), unpack(expected), 1e-6);
  });
});

describe('the filter', () => {
  const gain = (frequency: number, from: number, to: number) => {
    const output = resample(sine(frequency, from, 20 * from), from, to);
    return amplitude(output.subarray(to, -to));
  };

  test.each([
    [1000, 500],
    [500, 360],
    [500, 100],
    [257, 500],
    [128, 500],
  ])('%d to %d Hz passes all up to 0.8 of the lower Nyquist frequency to 0.3 %%', (from, to) => {
    const nyquist = Math.min(from, to) / 2;
    for (const part of [0.01, 0.1, 0.3, 0.5, 0.7, 0.8]) {
      expect(Math.abs(gain(part * nyquist, from, to) - 1)).toBeLessThan(0.003);
    }
  });

  test.each([
    [1000, 500],
    [1000, 360],
    [500, 100],
  ])('%d to %d Hz keeps down what would fold back: 50 dB from 1.2 of the new Nyquist frequency', (from, to) => {
    for (const part of [1.2, 1.3, 1.5, 1.7, 1.9])
      expect(gain((part * to) / 2, from, to)).toBeLessThan(10 ** (-50 / 20));
  });

  test('a sine below 0.8 of either Nyquist frequency stays that sine, whatever the rates', () => {
    const rate = fc.oneof(
      fc.integer({ min: 50, max: 1000 }),
      fc.integer({ min: 500, max: 10_000 }).map((r) => r / 10),
    );
    const part = fc.double({ min: 0.01, max: 0.8, noNaN: true });
    fc.assert(
      fc.property(rate, rate, part, fc.double({ min: 0, max: 6, noNaN: true }), (from, to, share, phase) => {
        const slow = Math.min(from, to);
        const frequency = (share * slow) / 2;
        const samples = Math.ceil((80 * from) / slow);
        const output = resample(sine(frequency, from, samples, phase), from, to);
        const expected = sine(frequency, to, output.length, phase);
        const edge = Math.ceil((12 * to) / slow); // the filter reaches over the end
        for (let t = edge; t < output.length - edge; t++) {
          expect(Math.abs(output[t] - expected[t])).toBeLessThan(0.004);
        }
      }),
      { numRuns: 60 },
    );
  });

  test('up and down again gives an ECG back', () => {
    const there = resample(leadII, 500, 1200);
    const back = resample(there, 1200, 500);
    expect(rmsError(back.subarray(50, -50), leadII.subarray(50, -50))).toBeLessThan(0.005);
  });
});

describe('lengths and rates', () => {
  test('as many samples as scipy: the duration rounded up', () => {
    fc.assert(
      fc.property(fc.nat(300), fc.integer({ min: 1, max: 300 }), fc.integer({ min: 1, max: 300 }), (n, from, to) => {
        expect(resample(new Float32Array(n), from, to)).toHaveLength(Math.ceil((n * to) / from));
      }),
    );
  });

  test('the same rate gives a copy', () => {
    const copy = resample(leadII, 360, 360);
    expect(copy).toEqual(leadII);
    expect(copy.buffer).not.toBe(leadII.buffer);
    expect(resample([1, 2, 3], 1e-3, 1e-3)).toEqual(Float32Array.of(1, 2, 3));
  });

  test('a NaN reaches no further than the filter: 11 samples of the slower rate', () => {
    const gap = Float32Array.from({ length: 200 }, (_, t) => (t === 100 ? Number.NaN : 1));
    for (const [from, to] of [
      [500, 360],
      [250, 500],
      [1000, 250],
    ]) {
      const output = resample(gap, from, to);
      const slow = Math.min(from, to);
      expect(output.some(Number.isNaN)).toBe(true);
      output.forEach((value, m) => {
        if (Number.isNaN(value)) expect(Math.abs(m / to - 100 / from) * slow).toBeLessThanOrEqual(11);
      });
    }
  });

  test.each([
    [0, 500],
    [500, 0],
    [-1, 500],
    [Number.NaN, 500],
    [500, Number.POSITIVE_INFINITY],
  ])('%d to %d Hz is refused', (from, to) => {
    expect(() => resample([1], from, to)).toThrow(PrepareError);
    expect(() => resample([1], from, to)).toThrow('sampling rate: expected a positive number of Hz, found');
  });

  test('rates so far apart that the filter would fill the memory are refused', () => {
    expect(() => resample([1], 1e-9, 500)).toThrow('1e-9 and 500 Hz: more than a factor of 250000 apart');
    expect(() => resample([1], 500, 1e-9)).toThrow(PrepareError);
  });
});

describe('the ratio of two rates', () => {
  const gcd = (a: number, b: number): number => (b === 0 ? a : gcd(b, a % b));

  test('is exact for whole numbers and for tenths', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 100_000 }), fc.integer({ min: 1, max: 100_000 }), (a, b) => {
        const divisor = gcd(a, b);
        expect(rateRatio(a, b)).toEqual([b / divisor, a / divisor]);
        expect(rateRatio(a / 10, b / 10)).toEqual([b / divisor, a / divisor]);
      }),
      { numRuns: 1000 },
    );
  });

  test('is a fraction in lowest terms up to 250,000, at most 4e-6 off, for any others', () => {
    const rate = fc.double({ min: 1, max: 10_000, noNaN: true });
    fc.assert(
      fc.property(rate, rate, (from, to) => {
        const [up, down] = rateRatio(from, to);
        expect(Math.max(up, down)).toBeLessThanOrEqual(250_000);
        expect(gcd(up, down)).toBe(1);
        expect(Math.abs(((up / down) * from) / to - 1)).toBeLessThanOrEqual(4e-6);
      }),
      { numRuns: 2000 },
    );
  });

  test('that is nearly 1 is at most 4e-6 off', () => {
    fc.assert(
      fc.property(fc.double({ min: 1e-12, max: 1e-3, noNaN: true }), (small) => {
        const [up, down] = rateRatio(500, 500 * (1 + small));
        expect(Math.abs(up / down / (1 + small) - 1)).toBeLessThanOrEqual(4e-6);
      }),
      { numRuns: 1000 },
    );
  });
});
