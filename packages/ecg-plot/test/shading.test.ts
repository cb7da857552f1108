import { malformed, spikes } from '@heartllm/testing';
import { describe, expect, test } from 'vitest';
import { ecgPaper } from '../src/index.ts';
import { planPaper } from '../src/layout.ts';
import { shades } from '../src/shading.ts';

const LEADS = ['I', 'II', 'III', 'aVR', 'aVL', 'aVF', 'V1', 'V2', 'V3', 'V4', 'V5', 'V6'];
const colours = ['#f08c00', '#0ca678'] as const;
const rects = (svg: string) =>
  [
    ...svg.matchAll(
      /<rect x="([^"]+)" y="([^"]+)" width="([^"]+)" height="([^"]+)" fill="([^"]+)" fill-opacity="([^"]+)"/g,
    ),
  ].map(([, x, y, width, height, fill, opacity]) => ({
    x: +x,
    y: +y,
    width: +width,
    height: +height,
    fill,
    opacity: +opacity,
  }));

describe('shades under an ECG', () => {
  test('a code lies once in its column of three leads and once in the rhythm strip, where its 32 ms are', () => {
    const values = new Float32Array(313);
    values[100] = 2; // 3.2 s, in the second column, which begins at 2.5 s
    const layout = planPaper(LEADS, 10);
    const found = rects(shades({ values, label: '', colours }, layout));
    expect(found).toEqual([
      { x: 15 + 80, y: 10, width: 0.8, height: 90, fill: colours[0], opacity: 0.7 },
      { x: 15 + 80, y: 100, width: 0.8, height: 30, fill: colours[0], opacity: 0.7 },
    ]);
  });

  test('a code across two columns is in both, and the last one ends with the record', () => {
    const values = new Float32Array(313);
    values[78] = values[312] = 1; // 2.496 to 2.528 s, and 9.984 to 10.016 s
    const found = rects(shades({ values, label: '', colours }, planPaper(LEADS, 10)));
    expect(found.map(({ x, width }) => [x, width])).toEqual([
      [77.4, 0.1],
      [77.5, 0.7],
      [264.6, 0.4],
      [77.4, 0.8],
      [264.6, 0.4],
    ]);
  });

  test('the larger a value, the darker, in the colour of its sign; without values nothing is drawn', () => {
    const layout = planPaper(['II'], 10);
    const found = rects(shades({ values: [1, -0.5, 0, 0.001], label: '', colours }, layout));
    expect(found.map(({ fill, opacity }) => [fill, opacity])).toEqual([
      [colours[0], 0.7],
      [colours[1], 0.35],
    ]);
    expect(shades({ values: new Float32Array(313), label: '', colours }, layout)).toBe('');
  });

  test('the paper shows them with their legend, and stays well-formed whatever the legend says', () => {
    const svg = ecgPaper(spikes(), { shading: { values: [0, 1], label: 'falls <here> | rises & "there"', colours } });
    expect(malformed(svg)).toBeUndefined();
    expect(svg).toContain('falls &lt;here&gt;');
    expect(svg.match(/\u25a0/g)).toHaveLength(2);
    expect(svg.indexOf('class="shades"')).toBeLessThan(svg.indexOf('stroke-linejoin'));
  });
});
