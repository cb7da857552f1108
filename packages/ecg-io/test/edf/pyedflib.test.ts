import { testFiles } from '@heartllm/testing';
import { describe, expect, test } from 'vitest';
import { memorySource, readEdf, readEdfAnnotations } from '../../src/index.ts';

/** What fixtures/edf/make_pyedflib.py wrote: a file, and what pyEDFlib reads from it. */
interface Entry {
  name: string;
  file: string;
  signals: { label: string; unit: string; fs: number; values: string }[];
}

const fixtures = testFiles(import.meta.url, '../fixtures/edf/');
const entries: Entry[] = JSON.parse(new TextDecoder().decode(await fixtures.read('pyedflib.json')));
const bytesOf = (base64: string) => Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));

/** What nobody asked for and is not read by default: its rate is not that of the ECG. */
const LEFT_OUT = ['Marker', 'Pleth', 'Resp'];

describe('every value is that of pyEDFlib 0.1.42', () => {
  test.each(entries)('$name', async ({ file, signals }) => {
    const source = memorySource({ 'a.edf': bytesOf(file) });
    const record = await readEdf(source, 'a.edf');
    const expected = signals.filter(({ label }) => !LEFT_OUT.includes(label));
    expect(record.leads).toEqual(expected.map(({ label }) => label));
    for (const [i, { label, unit, fs, values }] of expected.entries()) {
      const reference = new Float64Array(bytesOf(values).buffer);
      const alone = await readEdf(source, 'a.edf', { channels: [label] });
      expect([alone.units, alone.signal[0].length]).toEqual([[unit], reference.length]);
      expect(alone.fs).toBeCloseTo(fs, 6);
      expect(record.signal[i]).toEqual(alone.signal[0]);
      // float32 of a float64 whose last bits depend on how the line is written down
      const largest = reference.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
      reference.forEach((value, t) => {
        expect(Math.abs(alone.signal[0][t] - value)).toBeLessThanOrEqual(largest * 2 ** -23);
      });
    }
    const isWhole = expected.length === signals.length && record.meta.sampsPerFrame.every((count) => count === 1);
    if (isWhole) expect(record.signal.map(({ length }) => length)).toEqual(expected.map(() => record.samples));
  });
});

test.each(['EDF+', 'BDF+'])('the annotation that pyEDFlib writes into %s', async (kind) => {
  const { file } = entries.find(({ name }) => name === `pyEDFlib's ${kind}`)!;
  expect(await readEdfAnnotations(memorySource({ 'a.edf': bytesOf(file) }), 'a.edf')).toEqual([
    { onset: 1.5, text: 'beat' },
  ]);
});
