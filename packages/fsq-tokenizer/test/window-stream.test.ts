import { readWeights } from '@heartllm/lead-encoder/config';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { loadKernels } from '../src/codec/load-kernels.ts';
import { lookup } from '../src/codec/weights.ts';
import { WindowEncoder } from '../src/codec/window-encoder.ts';
import { EcgTokenizer, zScore } from '../src/index.ts';
import { fixtures, publishedGoldens } from './helpers/fixtures.ts';

const tokenizer = await EcgTokenizer.load(fixtures, 'published');
const { config, weights } = await readWeights(fixtures, 'published');
const kernels = await loadKernels('exact');
const [{ record: a }, { record: b }] = await publishedGoldens();
/** 25 s: two recordings and half of the first again. */
const long = a.signal.map((lead, i) => Float32Array.from([...lead, ...b.signal[i], ...lead.subarray(0, 2500)]));
const SAMPLES = 12500;

const cut = (signal: Float32Array[], from: number, to: number) => signal.map((lead) => lead.subarray(from, to));

/** Codes of a window, offline. */
function offline(from: number, to: number): number[] {
  const window = cut(long, from, to);
  if (to - from === config.samples) return [...tokenizer.encode(window)];
  const encoder = new WindowEncoder(kernels, lookup(weights), config, to - from);
  return [...tokenizer.fsq.quantize(encoder.encode(zScore(window).z)).indices];
}

/** What the documentation promises, window by window, without a stream. */
function expected(hop: number, lookahead: number): number[] {
  const codes: number[] = [];
  let end = 5000 - Math.floor(4000 / (16 * hop)) * 16 * hop;
  for (; end <= SAMPLES; end += 16 * hop) {
    const from = Math.max(0, end - 5000);
    const window = offline(from, end);
    codes.push(...window.slice(codes.length - from / 16, window.length - lookahead));
  }
  const from = Math.ceil((SAMPLES - 5000) / 16) * 16;
  return [...codes, ...offline(from, SAMPLES).slice(codes.length - from / 16)];
}

function streamed(chunk: (at: number) => number, options?: { hop?: number; lookahead?: number }): number[] {
  const stream = tokenizer.stream(options);
  const codes: number[] = [];
  for (let at = 0; at < SAMPLES; ) {
    const to = Math.min(SAMPLES, at + chunk(at));
    codes.push(...stream.push(cut(long, at, to)));
    at = to;
  }
  return [...codes, ...stream.end()];
}

describe('stream', () => {
  test.each([
    [16, 7],
    [32, 0],
    [40, 20],
  ])('hop %i, lookahead %i: every code is that of encode on the window it comes from', (hop, lookahead) => {
    const codes = streamed(() => 250, { hop, lookahead });
    expect(codes).toHaveLength(Math.ceil(SAMPLES / 16));
    expect(codes).toEqual(expected(hop, lookahead));
  });

  test('how the samples are cut into pieces changes nothing', () => {
    const whole = streamed(() => SAMPLES, { hop: 32 });
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 4000 }), { minLength: 1, maxLength: 5 }), (sizes) => {
        let i = 0;
        expect(streamed(() => sizes[i++ % sizes.length], { hop: 32 })).toEqual(whole);
      }),
      { numRuns: 3, seed: 1 },
    );
  });

  test('from the first window on, no code is later than hop and lookahead', () => {
    const stream = tokenizer.stream();
    let given = 0;
    for (let at = 0; at + 50 <= SAMPLES; at += 50) {
      given += stream.push(cut(long, at, at + 50)).length;
      const seen = at + 50;
      if (seen >= 1256) expect(given * 16).toBeGreaterThan(seen - (16 + 7) * 16 - 50);
    }
  });

  test('a recording of a second or less has codes too, at its end; none has none', () => {
    const stream = tokenizer.stream();
    expect(stream.push(cut(long, 0, 400))).toHaveLength(0);
    expect([...stream.end()]).toEqual(offline(0, 400));
    expect(tokenizer.stream().end()).toHaveLength(0);
  });

  test('invalid samples are bridged, a lead that is off counts as flat', () => {
    const broken = cut(long, 0, 5000).map((lead) => Float32Array.from(lead));
    broken[3].fill(Number.NaN);
    broken[5].fill(Number.NaN, 100, 200);
    const stream = tokenizer.stream({ hop: 60, lookahead: 0 });
    const codes = [...stream.push(broken), ...stream.end()];
    expect(codes).toHaveLength(313);
    const flat = broken.map((lead, i) => (i === 3 ? new Float32Array(5000) : lead));
    expect(codes.slice(-60)).toEqual([...tokenizer.encode(flat)].slice(-60));
  });

  test('what does not fit is refused by name', () => {
    expect(() => tokenizer.stream({ hop: 0 })).toThrow('hop: expected a whole number of 1 to 62 codes, found 0');
    expect(() => tokenizer.stream({ lookahead: 1.5 })).toThrow('lookahead: expected a whole number of 0 to 62 codes');
    const stream = tokenizer.stream();
    expect(() => stream.push([])).toThrow('expected 12 leads (I II III aVR aVL aVF V1 V2 V3 V4 V5 V6), found 0');
    expect(() => stream.push(long.map((lead, i) => lead.subarray(0, i === 4 ? 3 : 2)))).toThrow(
      'lead aVL: expected 2 samples as in I, found 3',
    );
    stream.end();
    expect(() => stream.push(cut(long, 0, 1))).toThrow('this stream has ended');
  });
});
