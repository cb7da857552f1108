import { expectAllClose } from '@heartllm/testing';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Fsq } from '../src/index.ts';
import { json } from './helpers/fixtures.ts';

interface TanhCase {
  levels: number[];
  codebook_size: number;
  x: number[][];
  codes: number[][];
  indices: number[];
  codes_from_indices: number[][];
}

const { cases } = await json<{ cases: TanhCase[] }>('fsq-tanh.json');

describe('the tanh bound equals vector-quantize-pytorch', () => {
  test.each(cases)('levels $levels', ({ levels, codebook_size, x, codes, indices, codes_from_indices }) => {
    const fsq = new Fsq({ levels, bound: 'tanh' });
    expect(fsq.codebookSize).toBe(codebook_size);
    const quantized = fsq.quantize(x);
    expect([...quantized.indices]).toEqual(indices);
    expectAllClose(quantized.codes.flat(), codes.flat(), 1e-7);
    expectAllClose(fsq.indicesToCodes(indices), codes_from_indices.flat(), 1e-7);
    const flat = fsq.quantize(x.flat());
    expect([...flat.indices]).toEqual(indices);
    expect([...flat.codes]).toEqual(quantized.codes.flat());
    // what is rounded lies at most half a level from what it is rounded to
    fsq.bounded(x.flat()).forEach((value, i) => {
      const step = 1 / Math.floor(levels[i % levels.length] / 2);
      expect(Math.abs(value - quantized.codes.flat()[i])).toBeLessThanOrEqual(step * 0.501);
    });
  });
});

describe('the sigmoid bound', () => {
  const fsq = new Fsq({ levels: [6, 6, 6, 6], bound: 'sigmoid' });

  test('rounds what bounded gives', () => {
    const x = Float32Array.from({ length: 400 }, (_, i) => Math.tan(i + 1)); // far out, too
    const { codes } = fsq.quantize(x);
    fsq.bounded(x).forEach((value, i) => {
      expect(Math.round(value * 5) / 5).toBeCloseTo(codes[i], 6);
    });
  });

  test('is round(5 sigmoid(x)) / 5, the first dimension counting ones, the last 216s', () => {
    const { codes, indices } = fsq.quantize([
      [0.3, -9, -9, -9],
      [-9, 9, -9, -9],
      [-9, -9, -9, 9],
      [9, 9, 9, 9],
    ]);
    expect([...indices]).toEqual([3, 30, 1080, 1295]);
    expect(codes[0]).toEqual([Math.fround(0.6), 0, 0, 0]);
    expect(codes[3]).toEqual([1, 1, 1, 1]);
  });

  test('exact halves go to the even level, as in torch.round', () => {
    expect(fsq.quantize([0, 0, 0, 0]).indices[0]).toBe(2 + 12 + 72 + 432); // 2.5 -> 2
    expect(new Fsq({ levels: [4], bound: 'sigmoid' }).quantize([0]).indices[0]).toBe(2); // 1.5 -> 2
  });

  test('extreme values take the outermost levels', () => {
    const { indices } = fsq.quantize([-1e4, 1e4, Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY]);
    expect(indices[0]).toBe(5 * 6 + 5 * 216);
  });
});

const anyFsq = fc
  .tuple(fc.array(fc.integer({ min: 2, max: 9 }), { minLength: 1, maxLength: 5 }), fc.constantFrom('sigmoid', 'tanh'))
  .map(([levels, bound]) => new Fsq({ levels, bound: bound as 'sigmoid' | 'tanh' }));

describe('for any levels and either bound', () => {
  test('quantizing gives what its index stands for', () => {
    fc.assert(
      fc.property(anyFsq, fc.infiniteStream(fc.double({ min: -20, max: 20, noNaN: true })), (fsq, values) => {
        const x = Array.from({ length: 8 * fsq.levels.length }, () => values.next().value as number);
        const { codes, indices } = fsq.quantize(x);
        expect(indices.every((index) => index >= 0 && index < fsq.codebookSize)).toBe(true);
        expectAllClose(fsq.indicesToCodes(indices), codes, 0);
      }),
    );
  });

  test('every code has values of its own, evenly spaced between the bounds', () => {
    fc.assert(
      fc.property(anyFsq, fc.nat(), (fsq, pick) => {
        const index = pick % fsq.codebookSize;
        const codes = fsq.indicesToCodes([index]);
        const lowest = fsq.indicesToCodes([0]);
        let back = 0;
        let stride = 1;
        for (const [d, levels] of fsq.levels.entries()) {
          const step = fsq.bound === 'sigmoid' ? levels - 1 : Math.floor(levels / 2);
          back += Math.round((codes[d] - lowest[d]) * step) * stride;
          stride *= levels;
        }
        expect(back).toBe(index);
      }),
    );
  });

  test('a larger value never gets a lower level', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 2, max: 9 }),
        fc.constantFrom('sigmoid' as const, 'tanh' as const),
        fc.double({ min: -9, max: 9, noNaN: true }),
        fc.double({ min: 0, max: 9, noNaN: true }),
        (levels, bound, x, more) => {
          const [low, high] = new Fsq({ levels: [levels], bound }).quantize([x, x + more]).indices;
          expect(high).toBeGreaterThanOrEqual(low);
        },
      ),
    );
  });
});

describe('what cannot be is refused', () => {
  const fsq = new Fsq({ levels: [6, 6], bound: 'sigmoid' });
  test.each<[string, () => unknown, string]>([
    [
      'no levels',
      () => new Fsq({ levels: [], bound: 'tanh' }),
      "levels: expected integers from 2 to 1000 for 'tanh', found []",
    ],
    [
      'one level',
      () => new Fsq({ levels: [6, 1], bound: 'tanh' }),
      "expected integers from 2 to 1000 for 'tanh', found [6,1]",
    ],
    [
      'another bound',
      () => new Fsq({ levels: [6], bound: 'relu' as 'tanh' }),
      "expected 'sigmoid' or 'tanh', found 'relu'",
    ],
    ['half a level', () => new Fsq({ levels: [2.5], bound: 'sigmoid' }), "from 2 to 4096 for 'sigmoid', found [2.5]"],
    ['no list', () => new Fsq({ levels: 6 as unknown as number[], bound: 'sigmoid' }), 'found 6'],
    ['one more than sigmoid takes', () => new Fsq({ levels: [4097], bound: 'sigmoid' }), 'from 2 to 4096'],
    // round(1000 * 1.001 / 2) may be 501, of levels -500 to 500
    ['one more than tanh has codes for', () => new Fsq({ levels: [1001], bound: 'tanh' }), 'from 2 to 1000'],
    ['too many codes', () => new Fsq({ levels: [2048, 2048, 512], bound: 'sigmoid' }), '2147483648 codes do not fit'],
    ['three values for points of two', () => fsq.quantize([1, 2, 3]), 'expected points of 2 values, found 3'],
    [
      'a point of three among points of two',
      () => fsq.quantize([[1], [1, 2, 3]]),
      'point 0: expected 2 values, found 1',
    ],
    ['NaN', () => fsq.quantize([0, Number.NaN]), 'value 1 is NaN'],
    ['a code beyond the codebook', () => fsq.indicesToCodes([0, 36]), 'code 1: expected 0 to 35, found 36'],
    ['a negative code', () => fsq.indicesToCodes([-1]), 'code 0: expected 0 to 35, found -1'],
    ['half a code', () => fsq.indicesToCodes([0.5]), 'code 0: expected 0 to 35, found 0.5'],
  ])('%s', (_, call, message) => {
    expect(call).toThrow(RangeError);
    expect(call).toThrow(message);
  });
});
