import { expectAllClose } from '@heartllm/testing';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { undoZScore, zScore } from '../src/index.ts';
import { publishedGoldens } from './helpers/fixtures.ts';

test("mean and deviation of real records equal the published code's", async () => {
  for (const { record, golden } of await publishedGoldens()) {
    const { mean, std } = zScore(record.signal);
    expectAllClose(mean, golden.znorm_mean_mv, 1e-6);
    expectAllClose(std, golden.znorm_std_mv, 1e-6);
  }
});

test('every lead that is not constant has mean 0 and deviation 1, and the way back is exact', () => {
  const lead = fc.array(fc.integer({ min: -32768, max: 32767 }), { minLength: 100, maxLength: 100 });
  fc.assert(
    fc.property(fc.array(lead, { minLength: 1, maxLength: 3 }), (leads) => {
      const { z, mean, std } = zScore(leads);
      for (const [i, row] of z.entries()) {
        if (new Set(leads[i]).size === 1) continue;
        const m = row.reduce((a, b) => a + b, 0) / row.length;
        const s = Math.sqrt(row.reduce((a, b) => a + (b - m) ** 2, 0) / row.length);
        expect(Math.abs(m)).toBeLessThan(1e-6);
        expect(Math.abs(s - 1)).toBeLessThan(1e-6);
        expectAllClose(undoZScore(z, { mean, std })[i], leads[i], 1e-6);
      }
    }),
  );
});

test("the millivolt scale doesn't matter", () => {
  const lead = Array.from({ length: 50 }, (_, t) => Math.sin(t));
  const [a, b] = zScore([lead, lead.map((v) => 1000 * v + 5)]).z;
  expectAllClose(a, b, 1e-6);
});

test.each([0, 0.123, -1e-9, 3276.7, 1e9])('a lead that is constantly %d becomes 0, though its mean rounds', (value) => {
  const { z, std } = zScore([new Float64Array(5000).fill(value)]);
  expect(std[0]).toBe(1);
  expect(Math.max(...z[0].map(Math.abs))).toBeLessThanOrEqual(1e-5 * Math.abs(value));
});
