import { readAnnotations, readRecord, waveIntervals } from '@heartllm/ecg-io';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { delineate, type QrsComplex } from '../../src/index.ts';
import { fixtures } from '../helpers/fixtures.ts';
import { noise, REGULAR, syntheticEcg } from '../helpers/synthetic-ecg.ts';

const TWELVE = [0.6, 1, 0.4, -0.8, 0.3, 0.7, -0.5, -0.9, 0.8, 1.4, 1.3, 1];
const ecg = (changes: object = {}) => syntheticEcg({ fs: 500, seconds: 10, beats: REGULAR, leads: TWELVE, ...changes });
const seconds = (beats: QrsComplex[], fs = 500) => beats.map(({ peak }) => peak / fs);

/** Every beat, no other, each within 10 ms. */
function expectBeats(found: number[], expected: number[]): void {
  expect(found).toHaveLength(expected.length);
  for (const [i, at] of expected.entries()) expect(Math.abs(found[i] - at), `beat ${i}`).toBeLessThanOrEqual(0.0101);
}

describe('made-up beats', () => {
  test.each([100, 128, 250, 257.4, 360, 400, 500, 1000])('at %d Hz', (fs) => {
    const beats = delineate(ecg({ fs }), fs);
    expectBeats(seconds(beats, fs), REGULAR);
    for (const { onset, peak, offset } of beats) {
      // Q begins three deviations before its middle, 43 ms before R, S ends 46 ms behind it
      expect(Math.abs((onset! - peak) / fs + 0.043)).toBeLessThan(0.02);
      expect(Math.abs((offset! - peak) / fs - 0.046)).toBeLessThan(0.02);
    }
  });

  test('unit, polarity and offset of the leads do not matter', () => {
    const expected = delineate(ecg(), 500);
    const factor = fc.double({ min: 1e-3, max: 1e3, noNaN: true });
    const offset = fc.double({ min: -100, max: 100, noNaN: true });
    fc.assert(
      fc.property(factor, offset, fc.boolean(), (a, b, invert) => {
        const other = ecg().map((lead) => Float64Array.from(lead, (v) => (invert ? -a : a) * (v + b)));
        expect(delineate(other, 500)).toEqual(expected);
      }),
      { numRuns: 20 },
    );
  });

  test('at 30 to 200 per minute', () => {
    for (const rate of [30, 60, 120, 160, 200]) {
      const beats = Array.from({ length: Math.floor((9.4 * rate) / 60) }, (_, i) => 0.3 + (i * 60) / rate);
      expectBeats(seconds(delineate(ecg({ beats }), 500)), beats);
    }
  });

  test('a wide QRS complex is measured as wide', () => {
    const width = (beats: QrsComplex[]) =>
      beats.reduce((sum, { onset, offset }) => sum + offset! - onset!, 0) / beats.length;
    const [usual, wide] = [1, 1.8].map((factor) => width(delineate(ecg({ width: factor }), 500)) * 2);
    expect(wide - usual).toBeGreaterThan(25);
  });
});

describe('hard recordings', () => {
  test('four of twelve leads noise, one flat, one without a valid sample, gaps in the others', () => {
    const signal = ecg().map((lead, i) => {
      if (i % 3 === 0) return noise(i, 5000, 0.5);
      if (i === 4) return new Float32Array(5000).fill(0.3);
      if (i === 5) return new Float32Array(5000).fill(Number.NaN);
      return lead.map((v, t) => (t >= 1000 * i && t < 1000 * i + 60 ? Number.POSITIVE_INFINITY : v));
    });
    expectBeats(seconds(delineate(signal, 500)), REGULAR);
  });

  test('an artefact in one lead is no beat', () => {
    const signal = ecg();
    for (let t = 600; t < 700; t++) signal[2][t] += 8 * Math.sin(t / 3);
    expectBeats(seconds(delineate(signal, 500)), REGULAR);
  });

  test('baseline wander, mains hum and muscle noise of 50 uV', () => {
    const signal = ecg().map((lead, i) => {
      const muscle = noise(i + 1, 5000, 0.05);
      return lead.map((v, t) => v + Math.sin(t / 400) + 0.05 * Math.sin((2 * Math.PI * 50 * t) / 500) + muscle[t]);
    });
    expectBeats(seconds(delineate(signal, 500)), REGULAR);
  });

  test('ventricular pacing spikes of 2 ms belong to the beat behind them', () => {
    const signal = ecg().map((lead) => lead.slice());
    for (const at of REGULAR) for (const lead of signal) lead[Math.round((at - 0.05) * 500)] += 3;
    const found = seconds(delineate(signal, 500));
    expect(found).toHaveLength(REGULAR.length);
    for (const [i, at] of REGULAR.entries()) expect(Math.abs(found[i] - at)).toBeLessThan(0.07);
  });

  test('atrial fibrillation: irregular beats on fibrillation waves', () => {
    const beats = [0.5, 1.05, 1.9, 2.35, 3.2, 3.6, 4.6, 5.0, 5.9, 6.4, 7.5, 7.9, 8.4, 9.3];
    const signal = ecg({ beats }).map((lead, i) =>
      lead.map((v, t) => v + 0.08 * Math.sin((2 * Math.PI * (5 + i / 12) * t) / 500)),
    );
    expectBeats(seconds(delineate(signal, 500)), beats);
  });

  test('nothing is found where nothing is', () => {
    const flat = new Float32Array(5000).fill(0.7);
    const wander = noise(3, 5000, 0.1).map((_, t) => Math.sin(t / 300));
    for (const signal of [
      [],
      [[]],
      [[1]],
      [[1, 2]],
      [flat],
      [flat.map(() => Number.NaN)],
      [wander],
      [Array(30).fill(0.1)],
    ]) {
      expect(delineate(signal, 500)).toEqual([]);
    }
    for (let seed = 0; seed < 20; seed++) {
      expect(delineate([noise(seed, 5000, 1)], 500)).toEqual([]);
      expect(
        delineate(
          Array.from({ length: 12 }, (_, i) => noise(100 * seed + i, 5000, 1)),
          500,
        ),
      ).toEqual([]);
    }
  });

  test('any samples at all give beats in order and within the record', () => {
    const sample = fc.oneof(fc.double(), fc.constant(0), fc.constant(Number.NaN));
    fc.assert(
      fc.property(fc.array(sample, { maxLength: 400 }), fc.double({ min: 50, max: 1000, noNaN: true }), (lead, fs) => {
        let last = -1;
        for (const { onset = 0, peak, offset = lead.length - 1 } of delineate([lead], fs)) {
          expect(peak).toBeGreaterThan(last);
          expect(onset >= 0 && onset <= peak && peak <= offset && offset < lead.length).toBe(true);
          last = peak;
        }
      }),
    );
  });

  test('a beat that the record cuts has no boundary there', () => {
    const [first] = delineate(ecg({ beats: [0.02, 1, 2, 3, 4] }), 500);
    expect(first.onset).toBeUndefined();
    expect(first.offset).toBeDefined();
  });

  test('senseless arguments are refused', () => {
    for (const fs of [0, -1, 49, Number.NaN, Number.POSITIVE_INFINITY]) {
      expect(() => delineate(ecg(), fs)).toThrow(`fs: expected 50 Hz or more, found ${fs}`);
    }
    expect(() => delineate([[1, 2], [1]], 500)).toThrow('signal[1]: expected 2 samples as in signal[0], found 1');
  });
});

describe('beside the cardiologists of LUDB', () => {
  // 8: atrial fibrillation with a ventricular pacemaker; 38: atrial fibrillation with a ventricular extrasystole
  test.each(['8', '38'])(
    'record %s: every annotated beat, in all leads together and in lead II, and no other',
    async (name) => {
      const record = await readRecord(fixtures, `ludb/${name}`);
      const annotations = await readAnnotations(fixtures, `ludb/${name}`, 'ii');
      const waves = waveIntervals(annotations).filter(({ wave }) => wave === 'QRS');
      const [from, to] = [waves[0].peak - 75, waves.at(-1)!.peak + 75]; // the first and the last beat are not annotated
      for (const signal of [record.signal, [record.signal[1]]]) {
        const beats = delineate(signal, record.fs).filter(({ peak }) => peak >= from && peak <= to);
        expect(beats).toHaveLength(waves.length);
        const errors = { onset: 0, offset: 0 };
        for (const [i, wave] of waves.entries()) {
          expect(Math.abs(beats[i].peak - wave.peak)).toBeLessThan(0.05 * record.fs);
          errors.onset += (1000 * (beats[i].onset! - wave.onset!)) / record.fs / waves.length;
          errors.offset += (1000 * (beats[i].offset! - wave.offset!)) / record.fs / waves.length;
        }
        expect(Math.abs(errors.onset)).toBeLessThan(25);
        expect(Math.abs(errors.offset)).toBeLessThan(25);
      }
    },
  );
});
