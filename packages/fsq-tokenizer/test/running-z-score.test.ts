import { publishedConfig } from '@heartllm/lead-encoder/config';
import { expectAllClose } from '@heartllm/testing';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { normalizeSignal, zScore } from '../src/index.ts';
import { runningZScore } from '../src/z-score.ts';
import { publishedGoldens } from './helpers/fixtures.ts';

const [{ record }] = await publishedGoldens();
const causal = { ...publishedConfig, encoder: { ...publishedConfig.encoder, causal: true } };

test('mean and deviation are the weighted ones: all samples alike for 5 s, then 1/e after 5 s', () => {
  const lead = record.signal[1];
  for (const t of [10, 1000, 2499, 2600, 4999]) {
    // straight from the definition: how much of the result each of the samples up to t has
    const weights = new Float64Array(t + 1);
    for (let i = 0; i <= t; i++) {
      const weight = Math.max(1 / (i + 1), 1 / 2500);
      for (let j = 0; j < i; j++) weights[j] *= 1 - weight;
      weights[i] = weight;
    }
    const m = weights.reduce((sum, weight, i) => sum + weight * lead[i], 0);
    const variance = weights.reduce((sum, weight, i) => sum + weight * (lead[i] - m) ** 2, 0);
    const s = Math.max(Math.sqrt(variance), 0.05);
    expect(s > 0.05).toBe(t > 10);
    const { z, mean, std } = runningZScore([lead.subarray(0, t + 1)], 500);
    expectAllClose([mean[0], std[0], z[0][t]], [m, s, (lead[t] - m) / s], 1e-6);
  }
});

test('a flat beginning with a little noise stays small, and what follows it is bounded', () => {
  const noise = Float32Array.from({ length: 3000 }, (_, t) => (t < 2900 ? 0.002 * Math.sin(t) : 3));
  const [z] = runningZScore([noise], 500).z;
  expect(Math.max(...z.subarray(0, 2900).map(Math.abs))).toBeLessThan(0.1);
  expect(Math.max(...z)).toBeLessThan(50);
  expect([...runningZScore([new Float32Array(100).fill(0.3)], 500).z[0]]).toEqual(new Array(100).fill(0));
});

test('invalid samples hold the z-score before them and count for nothing', () => {
  const lead = fc.array(fc.float({ min: -4, max: 4, noNaN: true }), { minLength: 1, maxLength: 50 });
  const invalid = fc.constantFrom(Number.NaN, Number.POSITIVE_INFINITY, 1e300);
  fc.assert(
    fc.property(lead, fc.nat(50), fc.nat(9), invalid, (samples, at, count, value) => {
      const start = Math.min(at, samples.length);
      const gap = new Array(count).fill(value);
      const broken = [...samples.slice(0, start), ...gap, ...samples.slice(start)];
      const [z, whole] = runningZScore([broken, samples], 500).z.map((values) => [...values]);
      const held = new Array(count).fill(start === 0 ? 0 : whole[start - 1]);
      expect(z).toEqual([...whole.slice(0, start), ...held, ...whole.slice(start)]);
    }),
  );
});

test('normalizeSignal takes the one that the tokenizer was trained with', () => {
  expect(normalizeSignal(record.signal, publishedConfig)).toEqual(zScore(record.signal));
  expect(normalizeSignal(record.signal, causal)).toEqual(runningZScore(record.signal, 500));
});
