import type { EncoderVariant, TokenizerConfig } from '@heartllm/lead-encoder/config';
import { expectAllClose } from '@heartllm/testing';
import { eachBackend } from '@heartllm/testing/backends';
import * as tf from '@tensorflow/tfjs-core';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { loadKernels } from '../src/codec/load-kernels.ts';
import { PieceEncoder } from '../src/codec/piece-encoder.ts';
import { lookup } from '../src/codec/weights.ts';
import { WindowEncoder } from '../src/codec/window-encoder.ts';
import { codeUsage, EcgTokenizer, normalizeSignal } from '../src/index.ts';
import { loadTfTokenizer } from '../src/tf.ts';
import { causalConfig, causalFolder, causalWeights } from './helpers/causal.ts';
import { publishedGoldens } from './helpers/fixtures.ts';

const config = causalConfig('code');
const tokenizer = await EcgTokenizer.load(causalFolder(config), '');
const [{ record: a }, { record: b }] = await publishedGoldens();
const offline = [...tokenizer.encode(a)];
const kernels = await loadKernels('exact');

const cut = (signal: Float32Array[], from: number, to: number) => signal.map((lead) => lead.subarray(from, to));

/** Codes of a signal that comes in pieces of these sizes, over and over. */
function streamed(signal: Float32Array[], sizes: number[], hop?: number): number[] {
  const stream = tokenizer.stream({ hop });
  const codes: number[] = [];
  for (let at = 0, i = 0; at < signal[0].length; i++) {
    const to = at + sizes[i % sizes.length];
    codes.push(...stream.push(cut(signal, at, to)));
    at = to;
  }
  return [...codes, ...stream.end()];
}

/** Three dimensions, three halvings, and channels that fill no vector. */
function narrow(variant: EncoderVariant): TokenizerConfig {
  return {
    ...config,
    decoder: null,
    levels: [5, 3, 4],
    encoder: { variant, channels: 12, groups: 3, blocks: 3, causal: true },
  };
}

describe('a causal tokenizer', () => {
  test('its points are the same on every machine, in Node and in every browser', async () => {
    const { weights } = await causalWeights(config);
    const encoder = new WindowEncoder(kernels, lookup(weights), config, 5000);
    const points = encoder.encode(normalizeSignal(a.signal, config).z);
    const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', points as Float32Array<ArrayBuffer>));
    const hash = [...digest].map((byte) => byte.toString(16).padStart(2, '0')).join('');
    expect(hash).toBe('46e3135a74e6d0fa7bfa2fc74be6b85518666a17f7f5d846de18bff3c94aa6e3');
    expect(codeUsage(offline).used).toBeGreaterThan(40); // or the tests below would say little
  });

  test('cut into any pieces, a recording has the codes of encode', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 1, max: 700 }), { minLength: 1, maxLength: 6 }),
        fc.constantFrom(1, 2, 3, 16),
        (sizes, hop) => {
          expect(streamed(a.signal, sizes, hop)).toEqual(offline);
        },
      ),
      {
        numRuns: 8,
        seed: 1,
        examples: [
          [[5000], 1],
          [[1], 1],
          [[16], 1],
        ],
      },
    );
  });

  test('a recording longer than the window too: 25 s', async () => {
    const { weights } = await causalWeights(config);
    const long = a.signal.map((lead, i) => Float32Array.from([...lead, ...b.signal[i], ...lead.subarray(0, 2507)]));
    const encoder = new WindowEncoder(kernels, lookup(weights), config, 12507);
    const whole = tokenizer.fsq.quantize(encoder.encode(normalizeSignal(long, config).z)).indices;
    expect(streamed(long, [250])).toEqual([...whole]);
  });

  test.each<[string, TokenizerConfig]>([
    ['paper', causalConfig('paper')],
    ['one lead', { ...config, leads: ['II'] }],
    ['five leads of 12 channels in 3 groups', { ...narrow('code'), leads: ['I', 'II', 'V1', 'V2', 'V6'] }],
    ['paper, two leads of 12 channels in 3 groups', { ...narrow('paper'), leads: ['I', 'V2'] }],
  ])('pieces of other networks too: %s', async (_, other) => {
    const { weights } = await causalWeights(other);
    const samplesPerCode = 2 ** other.encoder.blocks;
    const { z } = normalizeSignal(a.signal.slice(0, other.leads.length), other);
    for (const codes of [1, 3, 5]) {
      const samples = codes * samplesPerCode;
      const pieces = new PieceEncoder(kernels, lookup(weights), other, samples);
      const whole = new WindowEncoder(kernels, lookup(weights), other, 4 * samples).encode(cut(z, 0, 4 * samples));
      const parts = [0, 1, 2, 3].map((i) => [...pieces.encode(cut(z, i * samples, (i + 1) * samples))]);
      expect(parts.flat()).toEqual([...whole]);
    }
  });

  test('no code is later than 32 ms, and no later sample changes it', () => {
    const stream = tokenizer.stream();
    let given = 0;
    for (let at = 0; at < 5000; at++) {
      given += stream.push(cut(a.signal, at, at + 1)).length;
      expect(given).toBe(Math.floor((at + 1) / 16));
    }
    const extreme = fc.constantFrom(0, 1e30, -1e30, Number.NaN, Number.POSITIVE_INFINITY);
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 4999 }), extreme, (from, value) => {
        const other = a.signal.map((lead) => Float32Array.from(lead).fill(value, from));
        const same = Math.ceil(from / 16); // code j ends with sample 16 j
        expect([...tokenizer.encode(other)].slice(0, same)).toEqual(offline.slice(0, same));
      }),
      { numRuns: 10, seed: 1 },
    );
  });

  test('worker threads change nothing', async () => {
    for await (const result of tokenizer.encodeEach([a, b], { threads: 2 })) {
      expect('codes' in result && [...result.codes]).toEqual([...tokenizer.encode([a, b][result.index])]);
    }
  });

  test('invalid samples are held, and a lead that is off counts as flat', () => {
    const broken = a.signal.map((lead) => Float32Array.from(lead));
    broken[5].fill(Number.NaN, 100, 200);
    broken[6].fill(Number.NaN, 0, 300);
    expect(streamed(broken, [77])).toEqual([...tokenizer.encode(broken)]);
    broken[3].fill(Number.NaN);
    expect(() => tokenizer.encode(broken)).toThrow('lead aVR: no valid sample');
    const flat = broken.map((lead, i) => (i === 3 ? new Float32Array(5000) : lead));
    expect(streamed(broken, [77])).toEqual([...tokenizer.encode(flat)]);
  });

  test('two streams are apart, a short one has codes at its end, an ended one is over', () => {
    const [one, two] = [tokenizer.stream(), tokenizer.stream()];
    const codes: number[] = [];
    for (let at = 0; at < 5000; at += 100) {
      codes.push(...one.push(cut(a.signal, at, at + 100)));
      two.push(cut(b.signal, at, at + 100));
    }
    expect([...codes, ...one.end()]).toEqual(offline);
    const short = tokenizer.stream();
    expect(short.push(cut(a.signal, 0, 1))).toHaveLength(0);
    expect([...short.end()]).toEqual(offline.slice(0, 1));
    expect(short.end()).toHaveLength(0);
    expect(() => short.push(cut(a.signal, 1, 2))).toThrow('this stream has ended');
    expect(tokenizer.stream().end()).toHaveLength(0);
    expect(() => tokenizer.stream().push([])).toThrow('expected 12 leads');
    expect(() => tokenizer.stream({ hop: 0.5 })).toThrow('hop: expected a whole number of 1 to 5000 codes, found 0.5');
    expect(() => tokenizer.stream({ lookahead: 7 })).toThrow('lookahead: expected a whole number of 0 to 0 codes');
  });
});

await eachBackend(({ name, tolerance }) => {
  test.each(['code', 'paper'] as const)(
    'the %s variant on TensorFlow.js gives what the kernels give',
    async (variant) => {
      const config = causalConfig(variant);
      const { weights } = await causalWeights(config);
      const { z } = normalizeSignal(cut(a.signal, 0, 163), config);
      const expected = new WindowEncoder(kernels, lookup(weights), config, 163).encode(z);
      const tokenizer = await loadTfTokenizer(causalFolder(config), '');
      const points = tf.tidy(() => tokenizer.network.encode(tf.stack([tf.stack(z)]) as tf.Tensor3D)); // [1, 11, 4]
      expectAllClose(await points.data(), expected, tolerance);
      if (name === 'wasm') {
        const plain = await EcgTokenizer.load(causalFolder(config), '');
        expect(await tokenizer.encode(a)).toEqual(plain.encode(a));
      }
      points.dispose();
      tokenizer.dispose();
    },
  );
});

test('a recording in microvolts or volts has the codes that it has in millivolts, and a scale in its own unit', () => {
  const { fs, leads } = a;
  const inUnit = (unit: string, factor: number) =>
    tokenizer.tokenize({
      fs,
      leads,
      units: leads.map(() => unit),
      signal: a.signal.map((lead) => Float32Array.from(lead, (value) => value * factor)),
    });
  const { codes, scale } = inUnit('mV', 1);
  expect([...codes]).toEqual(offline);
  for (const [unit, factor] of [
    ['uV', 1000],
    ['V', 1 / 1000],
  ] as const) {
    const other = inUnit(unit, factor);
    const same = codes.filter((code, i) => code === other.codes[i]).length;
    expect(same).toBeGreaterThanOrEqual(codes.length - 1); // float32 in another unit rounds elsewhere
    expectAllClose(
      other.scale.std,
      scale.std.map((value) => value * factor),
      1e-5,
    );
  }
});
