import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { memorySource, readRecord, WfdbError } from '../src/index.ts';
import { type Block, type Residuals, type Subframe, writeFlac } from './flac-writer.ts';

/** Reads a stream as a record without length. */
async function decode(stream: Uint8Array, channels: number, bits: number): Promise<number[][]> {
  const fmt = bits <= 8 ? 508 : bits <= 16 ? 516 : 524;
  const header = [`rec ${channels} 500`, ...new Array(channels).fill(`rec.dat ${fmt} 1`)].join('\n');
  const record = await readRecord(memorySource({ 'rec.hea': header, 'rec.dat': stream }), 'rec', { digital: true });
  return record.digital!.map((lead) => Array.from(lead));
}

/** A slow wave with noise, within `bits` bits, its low `wasted` bits 0. */
function wave(length: number, bits: number, wasted = 0, phase = 0): number[] {
  const top = 2 ** (bits - 1) - 1;
  return Array.from({ length }, (_, i) => {
    const value = Math.round(top * (0.8 * Math.sin(i / 9 + phase) + 0.2 * Math.sin(i * i + phase)));
    return Math.floor(value / 2 ** wasted) * 2 ** wasted;
  });
}

const rice = (parameter: number, method: 0 | 1 = 0, partitionOrder = 0): Residuals => {
  return { method, partitionOrder, parameter, raw: 0 };
};
const raw = (bits: number, method: 0 | 1 = 0): Residuals => ({ method, partitionOrder: 1, raw: bits });
const linear = (weights: number[], shift: number, residuals: Residuals, wasted = 0): Subframe => {
  return { kind: 'linear', weights, precision: 15, shift, wasted, residuals };
};

describe('every kind of subframe gives the samples that were coded', () => {
  const fixed = [0, 1, 2, 3, 4].map((order): [string, Subframe, number] => {
    return [`fixed, order ${order}`, { kind: 'fixed', order, wasted: 0, residuals: rice(9) }, 16];
  });
  test.each<[string, Subframe, number]>([
    ['verbatim', { kind: 'verbatim', wasted: 0 }, 16],
    ['verbatim, 24 bits', { kind: 'verbatim', wasted: 0 }, 24],
    ['verbatim, 8 bits with 3 wasted', { kind: 'verbatim', wasted: 3 }, 8],
    ...fixed,
    ['fixed, 24 bits, Rice parameter of 5 bits', { kind: 'fixed', order: 2, wasted: 0, residuals: rice(20, 1) }, 24],
    ['fixed, parameter 0', { kind: 'fixed', order: 1, wasted: 0, residuals: rice(0) }, 8],
    ['fixed, 16 partitions', { kind: 'fixed', order: 4, wasted: 0, residuals: rice(8, 0, 4) }, 16],
    ['fixed, raw residuals', { kind: 'fixed', order: 1, wasted: 0, residuals: raw(18) }, 16],
    ['linear, order 1', linear([16000], 14, rice(8)), 16],
    ['linear, order 3, wasted bits', linear([9000, -3000, 1234], 12, rice(6, 1), 2), 16],
    ['linear, raw residuals, 24 bits', linear([16383, -16384], 14, raw(28, 1)), 24],
    [
      'linear, order 32, 24 bits',
      linear(
        Array.from({ length: 32 }, (_, k) => 700 - 43 * k),
        11,
        rice(18, 1),
      ),
      24,
    ],
  ])('%s', async (_, subframe, bits) => {
    const samples = wave(320, bits, subframe.wasted);
    expect(await decode(writeFlac([{ samples: [samples], subframes: [subframe] }], bits), 1, bits)).toEqual([samples]);
  });

  test('constant, and channels of any number', async () => {
    const samples = Array.from({ length: 8 }, (_, channel) => new Array(64).fill(channel * 1000 - 4000));
    const subframes = samples.map((): Subframe => ({ kind: 'constant', wasted: 0 }));
    expect(await decode(writeFlac([{ samples, subframes }], 16), 8, 16)).toEqual(samples);
  });

  test.each(['left-side', 'side-right', 'mid-side'] as const)('two channels as %s', async (stereo) => {
    const samples = [wave(200, 16), wave(200, 16, 0, 2)];
    const subframe: Subframe = { kind: 'fixed', order: 2, wasted: 0, residuals: rice(10) };
    const stream = writeFlac([{ samples, stereo, subframes: [subframe, { kind: 'verbatim', wasted: 0 }] }], 16);
    expect(await decode(stream, 2, 16)).toEqual(samples);
  });

  test('many blocks, the last one shorter; the number of a frame takes two bytes', async () => {
    const blocks = Array.from({ length: 200 }, (_, i): Block => {
      return { samples: [wave(i < 199 ? 32 : 5, 16, 0, i)], subframes: [{ kind: 'verbatim', wasted: 0 }] };
    });
    expect(await decode(writeFlac(blocks, 16), 1, 16)).toEqual([blocks.flatMap(({ samples }) => samples[0])]);
  });
});

test('any samples in any coding come back', async () => {
  const residuals = fc.record({
    method: fc.constantFrom<0 | 1>(0, 1),
    partitionOrder: fc.nat(3),
    parameter: fc.option(fc.integer({ min: 4, max: 14 }), { nil: undefined }),
    raw: fc.constant(31),
  });
  const wasted = fc.constant(0);
  const subframe = fc.oneof(
    fc.record({ kind: fc.constant('verbatim' as const), wasted }),
    fc.record({ kind: fc.constant('fixed' as const), order: fc.nat(4), wasted, residuals }),
    fc.record({
      kind: fc.constant('linear' as const),
      weights: fc.array(fc.integer({ min: -16384, max: 16383 }), { minLength: 1, maxLength: 8 }),
      precision: fc.constant(15),
      shift: fc.integer({ min: 10, max: 15 }),
      wasted,
      residuals,
    }),
  );
  const stereo = fc.constantFrom(undefined, 'left-side' as const, 'side-right' as const, 'mid-side' as const);
  const channel = fc.array(fc.integer({ min: -2048, max: 2047 }), { minLength: 64, maxLength: 64 });
  await fc.assert(
    fc.asyncProperty(channel, channel, stereo, subframe, subframe, async (left, right, stereo, first, second) => {
      // The method codes a parameter of 15 as "raw", so 14 is the largest of both.
      const stream = writeFlac([{ samples: [left, right], stereo, subframes: [first, second] }], 12);
      expect(await decode(stream, 2, 12)).toEqual([left, right]);
    }),
    { numRuns: 150, seed: 20260801 },
  );
});

describe('a stream that is wrong is an error that names the byte', () => {
  const samples = [wave(64, 16)];
  const stream = writeFlac([{ samples, subframes: [{ kind: 'verbatim', wasted: 0 }] }], 16);
  const outcome = (bytes: Uint8Array) =>
    decode(bytes, 1, 16).then(
      () => 'read',
      (error: unknown) => (error as WfdbError).message,
    );
  const changed = (at: number, bits: number) => stream.map((byte, i) => (i === at ? byte ^ bits : byte));

  test.each<[string, Uint8Array, string]>([
    ['clean', stream, 'read'],
    [
      'cut',
      stream.subarray(0, 100),
      'rec.dat, byte 100: truncated: expected 64 samples per signal; the stream ends within a frame',
    ],
    [
      'empty',
      stream.subarray(0, 0),
      'rec.dat, byte 0: truncated: expected a FLAC stream; the stream ends after 0 bytes',
    ],
    ['no frame', changed(42, 0x80), 'rec.dat, byte 42: expected a FLAC frame'],
    ['header changed', changed(45, 0x10), 'rec.dat, byte 42: the checksum of the frame header is'],
    ['sample changed', changed(80, 1), 'rec.dat, byte 42: the checksum of the frame is'],
    [
      'first metadata',
      changed(4, 1),
      'rec.dat, byte 4: expected STREAMINFO of 34 bytes, found metadata of type 1, 34 bytes',
    ],
  ])('%s', async (_, bytes, message) => {
    expect((await outcome(bytes)).startsWith(message)).toBe(true);
  });

  test('a length in the header that the stream does not have', async () => {
    const header = 'rec 1 500 65\nrec.dat 516 1';
    const source = memorySource({ 'rec.hea': header, 'rec.dat': stream });
    await expect(readRecord(source, 'rec')).rejects.toThrow(
      new WfdbError({ file: 'rec.hea', line: 2 }, 'rec.dat holds 64 samples per signal, expected 65'),
    );
  });

  test('another number of channels', async () => {
    const source = memorySource({ 'rec.hea': 'rec 2 500 64\nrec.dat 516 1\nrec.dat 516 1', 'rec.dat': stream });
    await expect(readRecord(source, 'rec')).rejects.toThrow('rec.dat has 1 channels, expected 2, one per signal');
  });
});
