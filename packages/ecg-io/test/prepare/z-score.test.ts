import { expectAllClose } from '@heartllm/testing';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { zScore } from '../../src/index.ts';
import { readGolden, realRecord } from './helpers.ts';

test("mean and population deviation of a real record equal numpy's in float64", async () => {
  const golden = await readGolden();
  const { mean, std } = zScore((await realRecord()).signal);
  expectAllClose(mean, golden.zscore.mean, 1e-12);
  expectAllClose(std, golden.zscore.std, 1e-12);
});

test("every bit is that of fsq-tokenizer's zScore, on which the published codes rest", async () => {
  const { z, mean, std } = zScore((await realRecord()).signal);
  const bytes = [...z, mean, std].flatMap((values) => Array.from(new Uint8Array(values.buffer as ArrayBuffer)));
  const hash = new Uint8Array(await crypto.subtle.digest('SHA-256', Uint8Array.from(bytes)));
  expect(Array.from(hash, (byte) => byte.toString(16).padStart(2, '0')).join('')).toBe(
    '553225d271da05fdc2268e699fc94ba9862c7af2c395efa1948af0bb9859df7f',
  );
});

test('the statistics lead back to the signal', () => {
  const lead = fc.array(fc.integer({ min: -32768, max: 32767 }), { minLength: 1, maxLength: 200 });
  fc.assert(
    fc.property(fc.array(lead, { minLength: 1, maxLength: 3 }), (leads) => {
      const { z, mean, std } = zScore(leads);
      for (const [i, row] of z.entries()) {
        const back = Array.from(row, (value) => value * std[i] + mean[i]);
        for (const [t, value] of back.entries()) expect(Math.abs(value - leads[i][t])).toBeLessThan(0.02);
      }
    }),
  );
});

test.each([0, 0.123, -1e-9, 3276.7, 1e9])('a lead that is constantly %d becomes 0, though its mean rounds', (value) => {
  const { z, std } = zScore([new Float64Array(5000).fill(value)]);
  expect(std[0]).toBe(1);
  expect(Math.max(...z[0].map(Math.abs))).toBeLessThanOrEqual(1e-5 * Math.abs(value));
});
