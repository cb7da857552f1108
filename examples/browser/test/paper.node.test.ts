import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Calipers, describeMeasure } from '../src/paper/calipers.ts';
import { tracesOf } from '../src/paper/leads.ts';
import { planRows } from '../src/paper/rows.ts';
import { clamp, fitZoom, MARGIN, panBy, zoomAt } from '../src/paper/viewport.ts';

const scale = { speed: 25, gain: 10 };

describe('the viewport', () => {
  const view = fc.record({
    x: fc.double({ min: -10, max: 500, noNaN: true }),
    y: fc.double({ min: 0, max: 300, noNaN: true }),
    zoom: fc.double({ min: 1, max: 40, noNaN: true }),
  });
  const px = fc.double({ min: 0, max: 1500, noNaN: true });

  test('zooms about a point, which stays where it is', () => {
    fc.assert(
      fc.property(view, px, px, fc.double({ min: 0.2, max: 5, noNaN: true }), (before, x, y, factor) => {
        const after = zoomAt(before, factor, { x, y });
        expect(after.x + x / after.zoom).toBeCloseTo(before.x + x / before.zoom, 6);
        expect(after.y + y / after.zoom).toBeCloseTo(before.y + y / before.zoom, 6);
      }),
    );
  });

  test('never leaves the paper', () => {
    const sizes = { paper: { width: 250, height: 180 }, canvas: { width: 1000, height: 720 } };
    fc.assert(
      fc.property(view, px, px, (before, dx, dy) => {
        const { x, y, zoom } = clamp(panBy(before, dx, -dy), sizes);
        expect(x).toBeGreaterThanOrEqual(-MARGIN);
        expect(y).toBeGreaterThanOrEqual(0);
        expect(y).toBeLessThanOrEqual(Math.max(0, 180 - 720 / zoom));
      }),
    );
  });

  test('begins with ten seconds across, on a phone with fewer that can be read', () => {
    expect(250 * fitZoom(1000, 250)).toBeLessThan(1000);
    expect(250 * fitZoom(1000, 250)).toBeGreaterThan(940);
    expect(fitZoom(340, 250)).toBe(2.6);
  });
});

describe('rows', () => {
  test('leads stand in their usual order and spelling, in millivolts, on the median', () => {
    const leads = ['v1', 'II', 'AVR', 'I', 'RESP'];
    const signal = leads.map((_, i) => Float32Array.of(i, i, i + 1000, Number.NaN));
    const units = ['uV', 'uV', 'uV', 'uV', 'Ohm'];
    const traces = tracesOf({ fs: 500, samples: 4, leads, units, signal });
    expect(traces.map(({ label }) => label)).toEqual(['I', 'II', 'aVR', 'V1', 'RESP (Ohm, not in scale)']);
    expect(traces[0].zero).toBeCloseTo(0.003, 6);
    expect(traces[0].values[2]).toBeCloseTo(1.003, 6);
    const { baselines, seconds } = planRows(traces, scale);
    expect(baselines).toEqual([...baselines].sort((a, b) => a - b));
    expect(seconds).toBe(4 / 500);
  });

  test('at the edges tall complexes have room, and the seconds below', () => {
    const tall = Float32Array.from({ length: 1000 }, (_, i) => (i % 100 === 0 ? 3 : i % 100 === 50 ? -3 : 0));
    const leads = ['I', 'II', 'III'];
    const traces = tracesOf({
      fs: 500,
      samples: 1000,
      leads,
      units: leads.map(() => 'mV'),
      signal: [tall, tall, tall],
    });
    const { baselines, height } = planRows(traces, scale);
    expect(baselines[0]).toBeGreaterThanOrEqual(30);
    expect(height - baselines[2]).toBeGreaterThanOrEqual(35);
    expect(baselines[1] - baselines[0]).toBe(16 + 16 + 3);
  });
});

describe('calipers', () => {
  test('measure time in ms and voltage in mV, upwards positive', () => {
    const calipers = new Calipers({ x: 100, y: 50 }, scale);
    expect(calipers.measure(scale)).toEqual({ ms: 600, mv: 1, perMinute: 100 });
    calipers.moveBy(0.1 * scale.speed, 2 * scale.gain); // the second leg, 100 ms later and 2 mV further down
    expect(describeMeasure(calipers.measure(scale))).toBe('700 ms, 86 per minute, \u22121.00 mV');
    expect(calipers.grab({ x: calipers.legs[0].x + 1, y: calipers.legs[0].y }, 4)).toBe(true);
    expect(calipers.active).toBe(0);
    expect(calipers.grab({ x: 0, y: 0 }, 4)).toBe(false);
  });
});
