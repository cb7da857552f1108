import { malformed, spikes } from '@heartllm/testing';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { codeDigits } from '../src/code-strip.ts';
import { codeColour, ecgPaper, planPaper } from '../src/index.ts';
import { baselineOf, tracePath } from '../src/trace.ts';

/** Absolute positions of a path made of M, m, l with relative steps. */
function points(path: string): { x: number; y: number; lifted: boolean }[] {
  let x = 0;
  let y = 0;
  return [...path.matchAll(/([Mml]?)\s?(-?\d+)\s?(-?\d+)/g)].map(([, command, dx, dy]) => {
    x += Number(dx);
    y += Number(dy);
    return { x, y, lifted: /m/i.test(command) };
  });
}

describe('layout', () => {
  test('twelve leads are printed 4x3 with a rhythm strip of II, whatever their order and case', () => {
    const leads = ['V6', 'v5', 'V4', 'V3', 'V2', 'V1', 'avf', 'avl', 'AVR', 'iii', 'ii', 'i'];
    const { strips, rows } = planPaper(leads, 10);
    const printed = rows.map((row) => strips.filter(({ baseline }) => baseline === row).map(({ label }) => label));
    expect(printed).toEqual([['I', 'aVR', 'V1', 'V4'], ['II', 'aVL', 'V2', 'V5'], ['III', 'aVF', 'V3', 'V6'], ['II']]);
    for (const { label, lead } of strips) expect(leads[lead].toUpperCase()).toBe(label.toUpperCase());
  });

  test('a column is 2.5 s or 62.5 mm wide, and goes on where the one before it ends', () => {
    const { strips, traceX } = planPaper(spikes().leads, 10);
    const firstRow = strips.slice(0, 4);
    expect(firstRow.map(({ from, to }) => [from, to])).toEqual([
      [0, 2.5],
      [2.5, 5],
      [5, 7.5],
      [7.5, 10],
    ]);
    expect(firstRow.map(({ x }) => x - traceX)).toEqual([0, 62.5, 125, 187.5]);
    expect(strips.at(-1)).toMatchObject({ label: 'II', from: 0, to: 10 });
  });

  test('with other leads there is one row per lead', () => {
    expect(planPaper(['ECG', 'V5'], 8).strips).toMatchObject([
      { label: 'ECG', from: 0, to: 8 },
      { label: 'V5', from: 0, to: 8 },
    ]);
  });

  test('a lead that is there twice hides nothing: one row per lead', () => {
    const leads = [...spikes().leads, 'ii'];
    expect(planPaper(leads, 10).strips.map(({ label }) => label)).toEqual(leads);
  });

  test('a 7 s record leaves the end of the last column empty, a 4 s record two whole columns', () => {
    expect(planPaper(spikes().leads, 7).strips[2]).toMatchObject({ from: 5, to: 7 });
    expect(planPaper(spikes().leads, 4).strips.map(({ label }) => label)).toEqual('I aVR II aVL III aVF II'.split(' '));
  });

  test('rows keep to the grid for any leads and duration', () => {
    fc.assert(
      fc.property(
        fc.array(fc.string(), { minLength: 1, maxLength: 20 }),
        fc.double({ min: 0.01, max: 1e6, noNaN: true }),
        (leads, duration) => {
          const { strips, width, height } = planPaper(leads, duration);
          for (const { x, from, to, baseline, above, below } of strips) {
            expect(to).toBeGreaterThan(from);
            expect(x + (to - from) * 25).toBeLessThanOrEqual(width);
            expect(baseline - above).toBeGreaterThanOrEqual(0);
            expect(baseline + below).toBeLessThanOrEqual(height);
          }
        },
      ),
    );
  });
});

describe('trace', () => {
  test('1 s is 25 mm and 1 mV is 10 mm, upwards', () => {
    const drawn = points(tracePath([0, 1, 0], 1, 0, 3));
    expect(drawn.map(({ x, y }) => [x, y])).toEqual([
      [0, 0],
      [0, 0],
      [2500, -1000],
      [5000, 0],
    ]);
  });

  test('NaN lifts the pen', () => {
    const drawn = points(tracePath([0, 0, Number.NaN, 0, 0], 1, 0, 5));
    expect(drawn.filter(({ lifted }) => lifted).map(({ x }) => x)).toEqual([0, 7500]);
    expect(tracePath([Number.NaN, Number.NaN], 1, 0, 2)).toBe('');
  });

  test('rounding does not add up: the last of any samples is where it belongs', () => {
    fc.assert(
      fc.property(
        fc.array(fc.double({ min: -5, max: 5, noNaN: true }), { minLength: 1, maxLength: 400 }),
        fc.integer({ min: 100, max: 1000 }),
        (signal, fs) => {
          const last = points(tracePath(signal, fs, 0, signal.length)).at(-1)!;
          expect(Math.abs(last.x - ((signal.length - 1) * 2500) / fs)).toBeLessThanOrEqual(0.5);
          expect(Math.abs(last.y + signal.at(-1)! * 1000)).toBeLessThanOrEqual(0.5);
        },
      ),
    );
  });

  test('the baseline is the median of the valid samples', () => {
    expect(baselineOf([5, Number.NaN, 1, 1, 9, 1])).toBe(1);
    expect(baselineOf([Number.NaN])).toBe(0);
  });
});

describe('codes', () => {
  test('digits are those of the reference: id = v0 + 6 v1 + 36 v2 + 216 v3', () => {
    expect(codeDigits(1 + 6 * 2 + 36 * 3 + 216 * 4, [6, 6, 6, 6])).toEqual([1, 2, 3, 4]);
  });

  test('all 1296 colours differ', () => {
    expect(new Set(Array.from({ length: 1296 }, (_, code) => codeColour(code))).size).toBe(1296);
  });
});

describe('paper', () => {
  test('is well-formed SVG in millimetres, without references to anything', () => {
    const svg = ecgPaper(spikes(), { overlay: spikes().signal, codes: new Int32Array(313) });
    expect(malformed(svg)).toBeUndefined();
    expect(svg).toMatch(
      /^<svg xmlns="http:\/\/www.w3.org\/2000\/svg" width="270mm" height="158mm" viewBox="0 0 270 158"/,
    );
    expect(svg.replace('http://www.w3.org/2000/svg', '')).not.toMatch(/https?:|href|url\(|<script|<image/);
    expect(svg.match(/<rect [^>]*><title>code 0 \(0 0 0 0\) at/g)).toHaveLength(313);
  });

  test('shows lead names, speed, gain, rate and length', () => {
    const svg = ecgPaper(spikes());
    for (const name of ['I', 'aVR', 'V1', 'V4', 'III', 'aVF', 'V3', 'V6']) expect(svg).toContain(`>${name}</text>`);
    expect(svg).toContain('25 mm/s\u200310 mm/mV\u2003500 Hz\u200310 s');
    expect(ecgPaper(spikes(), { seconds: 1800 })).toContain('first 10 of 1800 s');
  });

  test('draws microvolts in the same scale as millivolts', () => {
    const record = spikes();
    const micro = {
      ...record,
      units: record.units.map(() => 'uV'),
      signal: record.signal.map((lead) => lead.map((v) => v * 1000)),
    };
    expect(ecgPaper(micro)).toBe(ecgPaper(record));
  });

  test('a lead with several samples per frame has the same length on paper', () => {
    const record = spikes();
    const twice = record.signal.map((lead) => Float32Array.from({ length: 2 * lead.length }, (_, i) => lead[i >> 1]));
    const widths = (svg: string) =>
      [...svg.matchAll(/<svg x="[^"]*" y="[^"]*" width="([^"]*)"/g)].map(([, width]) => width);
    const svg = ecgPaper({ ...record, signal: twice });
    expect(widths(svg)).toEqual(widths(ecgPaper(record)));
    expect(svg).toContain('1000 Hz\u200310 s'); // of its samples, not of the frames
  });

  test('huge amplitudes and offsets leave the size of the drawing alone', () => {
    const record = spikes();
    record.signal[7] = record.signal[7].map((v) => v * 1e30 + 1e35);
    record.signal[0].fill(Number.NaN);
    record.signal[1].fill(Number.POSITIVE_INFINITY);
    const svg = ecgPaper(record);
    expect(svg).toContain('viewBox="0 0 270 145"');
    expect(svg).not.toMatch(/NaN|Infinity|e\+/);
    expect(malformed(svg)).toBeUndefined();
  });

  test('leaves out what is no voltage, and does not take its rate for that of the ECG', () => {
    const record = spikes();
    const breath = {
      ...record,
      fs: 1,
      samples: 10,
      leads: [...record.leads, 'RESP'],
      units: [...record.units, 'Ohm'],
      signal: [...record.signal, new Float32Array(10)],
    };
    expect(ecgPaper(breath)).toBe(ecgPaper(record));
    const holter = { ...breath, leads: ['a', ...record.leads.slice(1), 'RESP'] }; // one row per lead
    expect(ecgPaper(holter)).toBe(ecgPaper({ ...record, leads: ['a', ...record.leads.slice(1)] }));
  });

  test('refuses units that are no voltage and records without samples', () => {
    expect(() => ecgPaper({ ...spikes(), units: spikes().leads.map(() => 'mmHg') })).toThrow(
      "record spikes, lead I: unit 'mmHg' cannot be drawn on ECG paper, expected mV, uV, nV or V",
    );
    expect(() => ecgPaper(spikes({ seconds: 0 }))).toThrow('there are no samples to draw');
  });

  test('names of records and leads are escaped, whatever they are', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.string(), (name, lead) => {
        const record = spikes({ seconds: 1, fs: 100, leads: [lead, 'II'] });
        expect(malformed(ecgPaper({ ...record, name }))).toBeUndefined();
      }),
      { numRuns: 50 },
    );
    expect(ecgPaper({ ...spikes(), name: '<b>&"' })).toContain('>&lt;b&gt;&amp;&quot;</text>');
  });
});
