import { Fsq } from '@heartllm/fsq-tokenizer';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { rankCorrelation, rollout } from '../src/index.ts';
import { masked, quietCodes } from '../src/why/mask.ts';
import { strongest } from '../src/why/strongest.ts';
import { meanPerCode, meanPerWindow, planWindows } from '../src/why/windows.ts';

/** Random weights of one layer: rows of sum 1, 0 after their own token. [T * T] */
const layerOf = (tokens: number) =>
  fc
    .array(fc.double({ min: 0.01, max: 1, noNaN: true }), { minLength: tokens ** 2, maxLength: tokens ** 2 })
    .map((values) => {
      const weights = Float32Array.from(values, (value, i) => (i % tokens <= Math.floor(i / tokens) ? value : 0));
      for (let t = 0; t < tokens; t++) {
        const row = weights.subarray(t * tokens, (t + 1) * tokens);
        const total = row.reduce((sum, value) => sum + value, 0);
        row.forEach((value, s) => {
          row[s] = value / total;
        });
      }
      return weights;
    });

describe('attention rollout', () => {
  const layers = fc
    .integer({ min: 1, max: 8 })
    .chain((tokens) => fc.tuple(fc.constant(tokens), fc.array(layerOf(tokens), { minLength: 1, maxLength: 4 })));

  test('rows sum to 1 and nothing comes from later tokens', () => {
    fc.assert(
      fc.property(layers, ([tokens, weights]) => {
        for (const [t, row] of rollout(weights, tokens, [...Array(tokens).keys()]).entries()) {
          expect(row.reduce((sum, value) => sum + value, 0)).toBeCloseTo(1, 6);
          expect(row.slice(t + 1).every((value) => value === 0)).toBe(true);
        }
      }),
    );
  });

  test('is the product of 0.5 (A + I) of all layers, the last first', () => {
    fc.assert(
      fc.property(layers, ([tokens, weights]) => {
        const identity = Array.from({ length: tokens }, (_, i) => Array.from({ length: tokens }, (_, j) => +(i === j)));
        const product = weights.reduce<number[][]>((below, layer) => {
          const mixed = identity.map((row, i) => row.map((value, j) => 0.5 * (layer[i * tokens + j] + value)));
          return mixed.map((row) => row.map((_, j) => row.reduce((sum, value, k) => sum + value * below[k][j], 0)));
        }, identity);
        for (const [t, row] of rollout(weights, tokens, [...Array(tokens).keys()]).entries()) {
          for (const [s, value] of row.entries()) expect(value).toBeCloseTo(product[t][s], 6);
        }
      }),
    );
  });

  test('a token that looks only at itself comes from itself', () => {
    const identity = [1, 0, 0, 0, 1, 0, 0, 0, 1];
    expect(rollout([identity, identity], 3, [2])).toEqual([new Float64Array([0, 0, 1])]);
  });
});

describe('windows', () => {
  const sizes = fc.tuple(
    fc.integer({ min: 1, max: 400 }),
    fc.integer({ min: 1, max: 40 }),
    fc.integer({ min: 1, max: 40 }),
  );

  test('cover every code, none is longer than asked, none is there twice', () => {
    fc.assert(
      fc.property(sizes, ([codes, window, stride]) => {
        fc.pre(stride <= window);
        const windows = planWindows(codes, window, stride);
        const covered = new Set(
          windows.flatMap(({ from, to }) => Array.from({ length: to - from }, (_, i) => from + i)),
        );
        expect(covered.size).toBe(codes);
        expect(windows.every(({ from, to }) => to - from === Math.min(window, codes) && to <= codes)).toBe(true);
        expect(new Set(windows.map(({ from }) => from)).size).toBe(windows.length);
      }),
    );
  });

  test('what every window has in common every code has, and back', () => {
    fc.assert(
      fc.property(sizes, fc.double({ min: -5, max: 5, noNaN: true }), ([codes, window, stride], value) => {
        fc.pre(stride <= window);
        const windows = planWindows(codes, window, stride);
        const perCode = meanPerCode(
          windows,
          windows.map(() => value),
          codes,
        );
        for (const each of perCode) expect(each).toBeCloseTo(value, 5);
        for (const each of meanPerWindow(windows, perCode)) expect(each).toBeCloseTo(value, 5);
      }),
    );
  });

  test('of an ECG without codes there are none', () => expect(planWindows(0, 8, 4)).toEqual([]));

  test.each([
    [0, 1, 'window: expected a whole number of codes above 0, found 0'],
    [4, 1.5, 'stride: expected a whole number of codes above 0, found 1.5'],
    [4, 5, 'stride: expected at most the window, 4, found 5'],
  ])('of %d every %d are refused', (window, stride, message) => {
    expect(() => planWindows(313, window, stride)).toThrow(message);
  });
});

describe('rank correlation', () => {
  const values = fc.array(fc.integer({ min: -9, max: 9 }), { minLength: 2, maxLength: 30 });

  test('of the same order is 1, of the reverse -1, whatever the distances', () => {
    fc.assert(
      fc.property(values, (a) => {
        fc.pre(new Set(a).size > 1);
        expect(
          rankCorrelation(
            a,
            a.map((value) => Math.exp(value)),
          ),
        ).toBeCloseTo(1, 9);
        expect(
          rankCorrelation(
            a,
            a.map((value) => -(value ** 3)),
          ),
        ).toBeCloseTo(-1, 9);
      }),
    );
  });

  test('ties share the mean of their ranks', () => {
    // ranks 1 2.5 2.5 4 5 and 1 2 3.5 5 3.5
    expect(rankCorrelation([1, 2, 2, 4, 5], [5, 6, 7, 8, 7])).toBeCloseTo(0.7631578947368421, 12);
  });

  test('has no value where nothing varies', () => {
    expect(rankCorrelation([1, 1, 1], [1, 2, 3])).toBeNull();
    expect(rankCorrelation([], [])).toBeNull();
  });
});

test('a masked stretch is filled with the quietest codes of the ECG', () => {
  const loud = Array.from({ length: 20 }, (_, i) => (i % 2) * 1295);
  const quiet = [700, 701, 701, 700, 700, 701, 701, 700];
  const codes = [...loud, ...quiet, ...loud];
  expect(quietCodes(codes, [6, 6, 6, 6])).toEqual(quiet);
  const fsq = new Fsq({ levels: [6, 6, 6, 6], bound: 'sigmoid' });
  const points = new Float32Array(codes.length * 4).fill(0.5);
  const changed = masked({ codes, points }, [{ from: 1, to: 11 }], quiet, fsq);
  expect(Array.from(changed.codes)).toEqual([loud[0], ...quiet, 700, 701, ...codes.slice(11)]);
  expect(changed.points?.subarray(0, 4)).toEqual(points.subarray(0, 4));
  expect(changed.points?.subarray(4, 36)).toEqual(fsq.indicesToCodes(quiet));
  expect(changed.points?.subarray(44)).toEqual(points.subarray(44));
});

test('what stands out is told in seconds up to the end of the record, without overlap, by the nearest beat', () => {
  const windows = planWindows(313, 8, 4);
  const values = windows.map(({ from }) => (from >= 300 ? 1 : from === 100 ? 0.5 : from === 104 ? 0.4 : 0));
  const found = strongest(windows, values, 5, { rPeaks: [1, 3, 9], seconds: 10 });
  expect(found.map(({ from, to, value, beat }) => [from, to, value, beat?.number])).toEqual([
    [expect.closeTo(9.6, 9), expect.closeTo(9.856, 9), 1, 3],
    [expect.closeTo(3.2, 9), expect.closeTo(3.456, 9), 0.5, 2],
  ]);
  expect(found[1].beat?.afterR).toBeCloseTo(0.328, 9);
  const [last] = strongest(windows.slice(-1), [1], 1, { rPeaks: [], seconds: 10 });
  expect(last).toEqual({ from: expect.closeTo(9.76, 9), to: 10, value: 1 });
});
