import { testFiles } from '@heartllm/testing';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readRecord, type Source } from '../src/index.ts';

const files = testFiles(import.meta.url, './fixtures/');
const held = new Map<string, Promise<Uint8Array>>();
/** The fixtures, each fetched once. */
const fixtures: Source = {
  async read(path, start, end) {
    if (!held.has(path)) held.set(path, files.read(path));
    return (await held.get(path)!).slice(start, end);
  },
  size: files.size,
};

/** A source that counts the bytes of signal files. */
function counting(): { source: Source; bytes: () => number } {
  let count = 0;
  const source: Source = {
    async read(path, start, end) {
      const bytes = await fixtures.read(path, start, end);
      if (!path.endsWith('.hea')) count += bytes.length;
      return bytes;
    },
    size: fixtures.size,
  };
  return { source, bytes: () => count };
}

type Numbers = Float32Array | Int32Array;

/** What toEqual says, in a hundredth of its time. */
function same(a: Numbers, b: Numbers): boolean {
  return a.length === b.length && a.every((value, i) => Object.is(value, b[i]));
}

describe('a part of a record is that part of the whole', () => {
  // Bytes of one frame of all signals; undefined where a part cannot be found without what lies before it.
  test.each<[string, number | undefined]>([
    ['formats/100_3chan', 4.5],
    ['formats/310derive_2', 4 / 3],
    ['formats/311derive', 4 / 3],
    ['formats/3000003_0003', undefined],
    ['formats/test01_00s_skewframe', 8],
    ['formats/binformats', undefined],
    ['formats/flacformats', undefined],
    ['formats/mixedsignals', undefined],
    ['multi-segment/041s/041s', 24],
  ])('%s', async (name, frameBytes) => {
    for (const smoothFrames of [true, false]) {
      const whole = await readRecord(fixtures, name, { smoothFrames, digital: true });
      const frame = fc.nat(whole.samples);
      const channels = fc.uniqueArray(fc.nat(whole.leads.length - 1), { minLength: 1 });
      const property = fc.asyncProperty(frame, frame, channels, async (a, b, channels) => {
        const [from, to] = [Math.min(a, b), Math.max(a, b)];
        const { source, bytes } = counting();
        const part = await readRecord(source, name, { from, to, channels, smoothFrames, digital: true });
        expect(part.samples).toBe(to - from);
        channels.forEach((channel, i) => {
          const width = smoothFrames ? 1 : whole.meta.sampsPerFrame[channel];
          const of = (leads: Numbers[]) => leads[channel].subarray(from * width, to * width);
          expect(same(part.signal[i], of(whole.signal))).toBe(true);
          expect(same(part.digital![i], of(whole.digital!))).toBe(true);
        });
        if (frameBytes !== undefined) {
          // Skew of up to 3 frames, a group of samples begun before and one ended behind, one byte to see the end.
          expect(bytes()).toBeLessThanOrEqual(Math.ceil((to - from + 3) * frameBytes) + 9);
        }
      });
      await fc.assert(property, { numRuns: 25, seed: 20260801 });
    }
  });
});

test('of a FLAC file no more is read than up to the frames asked for, by the megabyte', async () => {
  const stream = await fixtures.read('formats/flacformats.d1');
  const reads: [number, number][] = [];
  const source: Source = {
    async read(path, start = 0, end = 0) {
      if (path === 'rec.hea') return new TextEncoder().encode('rec 1 200 499\nrec.dat 516 200/mV');
      reads.push([start, end]);
      return stream.slice(start, end);
    },
    size: async () => stream.length,
  };
  await readRecord(source, 'rec', { from: 0, to: 10 });
  expect(reads).toEqual([[0, 1 << 20]]);
});
