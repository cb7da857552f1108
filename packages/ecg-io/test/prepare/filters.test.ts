import { expectAllClose } from '@heartllm/testing';
import { describe, expect, test } from 'vitest';
import { PrepareError, removeBaseline, removeMains } from '../../src/index.ts';
import { amplitude, goldenInputs, readGolden, rmsError, sine, unpack } from './helpers.ts';

const golden = await readGolden();
const { leadII, offsetV5 } = await goldenInputs();

describe('RMS error from scipy.signal.filtfilt below 1e-7, largest error below 1e-6 of the peak', () => {
  test.each(golden.baseline)('baseline, butter(2, 0.5, highpass) at $fs Hz', ({ fs, expected }) => {
    const actual = removeBaseline(offsetV5, fs);
    expect(rmsError(actual, unpack(expected))).toBeLessThan(1e-7);
    expectAllClose(actual, unpack(expected), 1e-6);
  });

  test.each(golden.mains)('mains, iirnotch($mains, 30) at $fs Hz', ({ fs, mains, expected }) => {
    const actual = removeMains(offsetV5, fs, mains);
    expect(rmsError(actual, unpack(expected))).toBeLessThan(1e-7);
    expectAllClose(actual, unpack(expected), 1e-6);
  });
});

describe('what the filters do', () => {
  const gain = (filter: (signal: Float64Array) => Float32Array, frequency: number, fs: number) =>
    amplitude(filter(sine(frequency, fs, 60 * fs)).subarray(20 * fs, 40 * fs));

  test('baseline: 0.05 Hz is gone, 0.5 Hz is halved, 1 Hz keeps 94 %, 5 Hz all', () => {
    const baseline = (frequency: number) => gain((signal) => removeBaseline(signal, 250), frequency, 250);
    expect(baseline(0.05)).toBeLessThan(2e-3);
    expect(baseline(0.5)).toBeCloseTo(0.5, 3);
    expect(baseline(1)).toBeCloseTo(0.941, 3);
    expect(baseline(5)).toBeCloseTo(1, 3);
  });

  test.each([50, 60] as const)('mains: %d Hz is gone, 5 Hz beside it keeps 95 %%, 20 Hz all', (mains) => {
    const hum = (frequency: number) => gain((signal) => removeMains(signal, 500, mains), frequency, 500);
    expect(hum(mains)).toBeLessThan(1e-3);
    expect(hum(mains - 5)).toBeGreaterThan(0.95);
    expect(hum(mains + 5)).toBeGreaterThan(0.95);
    expect(hum(20)).toBeCloseTo(1, 2);
  });

  test('an ECG with wander and hum comes back', () => {
    const wander = sine(0.15, 500, 5000);
    const hum = sine(50, 500, 5000);
    const spoilt = leadII.map((value, t) => value + wander[t] + 0.2 * hum[t] + 2);
    const clean = (signal: ArrayLike<number>) => removeMains(removeBaseline(signal, 500), 500, 50);
    expect(rmsError(spoilt, leadII)).toBeGreaterThan(5);
    expect(rmsError(clean(spoilt).subarray(1000, -1000), clean(leadII).subarray(1000, -1000))).toBeLessThan(0.2);
  });

  test('nothing is delayed: a pulse stays where it is and keeps its symmetry', () => {
    const pulse = Float32Array.from({ length: 1001 }, (_, t) => (t === 500 ? 1 : 0));
    for (const filtered of [removeBaseline(pulse, 500), removeMains(pulse, 500, 50)]) {
      expect(filtered.indexOf(Math.max(...filtered))).toBe(500);
      for (const t of [1, 5, 20]) expect(filtered[500 - t]).toBeCloseTo(filtered[500 + t], 3);
    }
  });

  test('a constant signal becomes 0 without its baseline and stays without hum', () => {
    const constant = new Float32Array(200).fill(3276.7);
    expect(Math.max(...removeBaseline(constant, 500).map(Math.abs))).toBeLessThan(1e-6);
    expectAllClose(removeMains(constant, 500, 60), constant, 1e-6);
  });
});

describe('edge cases', () => {
  test('few samples or none', () => {
    for (const n of [0, 1, 2, 9, 10]) {
      expect(removeBaseline(leadII.subarray(0, n), 500)).toHaveLength(n);
      expect(removeMains(leadII.subarray(0, n), 500, 50).every(Number.isFinite)).toBe(true);
    }
  });

  test('a rate too low for the frequency is refused', () => {
    expect(() => removeMains([1], 100, 50)).toThrow(
      '50 Hz filter: expected a sampling rate above 100 Hz, found 100 Hz',
    );
    expect(() => removeBaseline([1], 1)).toThrow('baseline filter: expected a sampling rate above 1 Hz, found 1 Hz');
    expect(() => removeBaseline([1], Number.NaN)).toThrow(PrepareError);
  });
});
