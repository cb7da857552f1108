import fc from 'fast-check';
import { expect, test } from 'vitest';
import { codeUsage } from '../src/index.ts';

test('one code for everything: 1 used, perplexity 1', () => {
  expect(codeUsage([7, 7, 7])).toMatchObject({ used: 1, perplexity: 1 });
});

test('all codes equally common: all used, perplexity the size of the codebook', () => {
  const { used, perplexity, counts } = codeUsage(Int32Array.from({ length: 2592 }, (_, i) => i % 1296));
  expect(used).toBe(1296);
  expect(perplexity).toBeCloseTo(1296, 6);
  expect(counts.every((count) => count === 2)).toBe(true);
});

test('three to one: exp of the entropy', () => {
  const { perplexity } = codeUsage([0, 0, 0, 1], 2);
  expect(perplexity).toBeCloseTo(Math.exp(-(0.75 * Math.log(0.75) + 0.25 * Math.log(0.25))), 12);
});

test('no codes at all: nothing used', () => {
  expect(codeUsage([])).toMatchObject({ used: 0, perplexity: 1 });
});

test('for any codes: counts add up, and perplexity lies between 1 and the codes used', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: 63 }), { minLength: 1 }), (codes) => {
      const { used, perplexity, counts } = codeUsage(codes, 64);
      expect(counts.reduce((a, b) => a + b)).toBe(codes.length);
      expect(used).toBe(new Set(codes).size);
      expect(perplexity).toBeGreaterThan(1 - 1e-9);
      expect(perplexity).toBeLessThan(used + 1e-9);
    }),
  );
});

test.each([[1296], [-1], [1.5], [Number.NaN]])('code %d is refused with its position', (code) => {
  expect(() => codeUsage([0, code])).toThrow(`code 1: expected 0 to 1295, found ${code}`);
});
