import { malformed } from '@heartllm/testing';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { smooth, thin } from '../src/training/curves.ts';
import { lineChart, niceTicks } from '../src/training/line-chart.ts';

const line = (points: [number, number][]) => ({ label: 'a', colour: '#000', points });
const options = { title: 'Loss', xLabel: 'step' };

describe('lineChart', () => {
  test('a straight line goes from the lower left to the upper right', () => {
    const svg = lineChart(
      [
        line([
          [0, 0],
          [10, 5],
        ]),
      ],
      { ...options, width: 200, height: 100 },
    );
    expect(svg).toContain('<path d="M58 66L188 30"');
    for (const tick of [0, 1, 2, 3, 4, 5]) expect(svg).toContain(`text-anchor="end" fill="#55565c">${tick}<`);
  });

  test('a logarithmic scale where it is wanted and values are above 0 and far apart', () => {
    const far: [number, number][] = [
      [1, 0.001],
      [2, 0.01],
      [3, 10],
    ];
    const svg = lineChart([line(far)], { ...options, logarithmic: true });
    expect(svg).toContain('logarithmic scale');
    for (const tick of ['0.001', '0.01', '0.1', '1', '10']) expect(svg).toContain(`>${tick}<`);
    expect(lineChart([line(far)], options)).not.toContain('logarithmic');
    expect(lineChart([line([[0, 0], ...far])], { ...options, logarithmic: true })).not.toContain('logarithmic');
  });

  test('whatever the values are, the drawing is well-formed and has no NaN in it', () => {
    const points = fc.array(fc.tuple(fc.integer({ min: 0, max: 1e6 }), fc.float()));
    fc.assert(
      fc.property(points, fc.string(), fc.boolean(), (some, title, logarithmic) => {
        const svg = lineChart([line(some), { ...line(some), dots: true }], { title, xLabel: title, logarithmic });
        expect(malformed(svg)).toBeUndefined();
        expect(svg.replace(/<t(ext|itle)[^>]*>[^<]*/g, '')).not.toMatch(/NaN|Infinity/);
      }),
    );
  });
});

test('ticks are multiples of 1, 2 or 5', () => {
  expect(niceTicks(0, 1, 5)).toEqual([0, 0.2, 0.4, 0.6, 0.8, 1]);
  expect(niceTicks(-3, 12, 4)).toEqual([0, 5, 10]);
  expect(niceTicks(7, 7, 4)).toEqual([7]);
});

test('a long curve is drawn by the means of its stretches', () => {
  const long = Array.from({ length: 1000 }, (_, i): [number, number] => [i + 1, i]);
  expect(thin(long, 4)).toEqual([
    [250, 124.5],
    [500, 374.5],
    [750, 624.5],
    [1000, 874.5],
  ]);
  expect(thin(long.slice(0, 3), 4)).toEqual(long.slice(0, 3));
});

test('the running mean of a constant is that constant from the first value on', () => {
  const flat = Array.from({ length: 100 }, (_, i): [number, number] => [i, 3]);
  for (const [, y] of smooth(flat)) expect(y).toBeCloseTo(3, 12);
});
