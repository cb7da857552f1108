import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readRecord, type Source } from '../src/index.ts';

/** Bits of the samples, first sample first, in the order in which signal(5) lays them into little-endian words. */
type Layout = (samples: bigint[]) => { word: bigint; bytes: number }[];

const low = (value: bigint, bits: number) => BigInt.asUintN(bits, value);
const aligned =
  (bytes: number, code = (value: bigint) => value): Layout =>
  (samples) =>
    samples.map((sample) => ({ word: low(code(sample), 8 * bytes), bytes }));
const swapped = (value: bigint) => (low(value, 8) << 8n) | low(value >> 8n, 8);
const grouped =
  (size: number, word: (group: bigint[]) => bigint, bytes: number[]): Layout =>
  (samples) => {
    const groups: { word: bigint; bytes: number }[] = [];
    for (let i = 0; i < samples.length; i += size) {
      const group = samples.slice(i, i + size);
      groups.push({ word: word([...group, 0n, 0n, 0n]), bytes: bytes[group.length - 1] });
    }
    return groups;
  };

/** Each format as signal(5) describes it: bits, and how samples lie in words. */
const formats: [string, number, Layout][] = [
  ['16', 16, aligned(2)],
  ['24', 24, aligned(3)],
  ['32', 32, aligned(4)],
  ['61', 16, aligned(2, swapped)],
  ['80', 8, aligned(1, (value) => value + 128n)],
  ['160', 16, aligned(2, (value) => value + 32768n)],
  ['212', 12, grouped(2, ([a, b]) => low(a, 12) | (low(b >> 8n, 4) << 12n) | (low(b, 8) << 16n), [2, 3])],
  [
    '310',
    10,
    grouped(
      3,
      ([a, b, c]) => (low(a, 10) << 1n) | (low(c, 5) << 11n) | (((low(b, 10) << 1n) | (low(c >> 5n, 5) << 11n)) << 16n),
      [2, 4, 4],
    ),
  ],
  ['311', 10, grouped(3, ([a, b, c]) => low(a, 10) | (low(b, 10) << 10n) | (low(c, 10) << 20n), [2, 3, 4])],
];

function pack(samples: number[], layout: Layout): Uint8Array {
  const bytes: number[] = [];
  for (const { word, bytes: count } of layout(samples.map(BigInt))) {
    for (let i = 0; i < count; i++) bytes.push(Number(low(word >> BigInt(8 * i), 8)));
  }
  return Uint8Array.from(bytes);
}

/** A source whose bytes begin anywhere in their buffer. */
function source(header: string, dat: Uint8Array, offset: number): Source {
  const within = new Uint8Array(offset + dat.length);
  within.set(dat, offset);
  return {
    async read(path, start = 0, end = dat.length) {
      const bytes = path === 'rec.dat' ? within.subarray(offset) : new TextEncoder().encode(header);
      return bytes.subarray(start, end);
    },
    size: async () => dat.length,
  };
}

describe('samples packed as signal(5) says come back, the lowest as NaN', () => {
  test.each(formats)('format %s', async (fmt, bits, layout) => {
    const lowest = -(2 ** (bits - 1));
    const value = fc.oneof(fc.integer({ min: lowest, max: -lowest - 1 }), fc.constantFrom(lowest, -lowest - 1, -1, 0));
    const property = fc.asyncProperty(
      fc.array(value, { minLength: 1, maxLength: 60, size: 'max' }),
      fc.nat(7),
      fc.nat(9),
      async (samples, offset, skip) => {
        const dat = new Uint8Array([...new Uint8Array(skip), ...pack(samples, layout)]);
        const reader = source(`rec 1 500 ${samples.length}\nrec.dat ${fmt}+${skip} 1/mV`, dat, offset);
        const record = await readRecord(reader, 'rec', { digital: true });
        expect(Array.from(record.digital![0])).toEqual(samples);
        const physical = samples.map((sample) => (sample === lowest ? Number.NaN : Math.fround(sample)));
        expect(Array.from(record.signal[0])).toEqual(physical);
      },
    );
    await fc.assert(property, { numRuns: 60, seed: 20260801 });
  });

  test('format 8: the sum of the differences from the initial value on', async () => {
    const steps = [0, 5, -128, 127, 3];
    const dat = Uint8Array.from(steps, (step) => step & 255);
    const reader = (line: string) => source(`rec 1 500 5\nrec.dat 8 ${line}`, dat, 1);
    const record = await readRecord(reader('1/mV 12 7 100 0'), 'rec', { from: 1, to: 4, digital: true });
    expect(Array.from(record.digital![0])).toEqual([105, -23, 104]);
    const fromZero = await readRecord(reader('1/mV 12 7'), 'rec', { digital: true });
    expect(Array.from(fromZero.digital![0])).toEqual([7, 12, -116, 11, 14]); // header(5): without it the ADC zero
  });

  test('format 0: no file, every sample invalid', async () => {
    const header = 'rec 2 500 3\n~ 0 200/mV 12 0 0 0 0 II\nrec.dat 80 1/mV 8 0 0 0 0 V';
    const record = await readRecord(source(header, Uint8Array.of(128, 129, 130), 0), 'rec', { digital: true });
    expect(record.digital!.map((lead) => Array.from(lead))).toEqual([
      [-32768, -32768, -32768],
      [0, 1, 2],
    ]);
    expect(record.meta.invalidSamples).toEqual([3, 0]);
  });
});

describe('the end of a file', () => {
  const samples = [1, -2, 3, 4, 5];
  const warnings = async (dat: Uint8Array, fmt: string) => {
    const reader = source(`rec 1 500 5\nrec.dat ${fmt} 1/mV`, dat, 0);
    const { digital, meta } = await readRecord(reader, 'rec', { digital: true });
    expect(Array.from(digital![0])).toEqual(samples);
    return meta.warnings;
  };

  test.each(formats)(
    'format %s: a whole group, as the C library ends format 311, is read to its end',
    async (fmt, _, layout) => {
      const dat = pack(samples, layout);
      const whole = pack([...samples, 0], layout);
      expect(await warnings(dat, fmt)).toEqual([]);
      const isGrouped = ['212', '310', '311'].includes(fmt);
      expect(await warnings(whole, fmt)).toEqual(
        isGrouped ? [] : [`rec.dat: ${whole.length - dat.length} unread bytes from byte ${dat.length} on`],
      );
      const longer = new Uint8Array(whole.length + 1);
      longer.set(whole);
      expect(await warnings(longer, fmt)).toEqual([
        `rec.dat: ${longer.length - dat.length} unread bytes from byte ${dat.length} on`,
      ]);
    },
  );

  test.each(['212', '311'])('format %s: a sample more that is not 0 is unread', async (fmt) => {
    const layout = formats.find(([name]) => name === fmt)![2];
    const [end, whole] = [pack(samples, layout).length, pack([...samples, -3], layout)];
    expect(await warnings(whole, fmt)).toEqual([`rec.dat: ${whole.length - end} unread bytes from byte ${end} on`]);
  });
});

describe('two signals in format 212, which are converted from bytes to physical values at once where they are long', () => {
  const frames = 20_001;
  const [a, b] = [0, 1].map((k) =>
    Array.from({ length: frames }, (_, t) => ((t * (37 + k)) % 4001) - 2000 - (t % 977 === k ? 48 : 0)),
  );
  a[frames - 1] = -2048;
  for (let t = 0; t < frames; t++) for (const lead of [a, b]) lead[t] = Math.max(-2048, lead[t]);
  const stored = a.flatMap((sample, t) => [sample, b[t]]);
  const layout = formats.find(([name]) => name === '212')![2];
  const dat = pack(stored, layout);
  const sum = (samples: number[]) => (samples.reduce((total, sample) => total + sample, 0) << 16) >> 16;
  const header = (more = '') =>
    `rec 2 360 ${frames}\nrec.dat 212${more} 200/mV 12 0 ${a[0]} ${sum(a)} 0 MLII\nrec.dat 212${more} 57.25(-3)/mV 12 0 ${b[0]} ${sum(b)} 0 V1`;
  const physical = (samples: number[], gain: number, baseline: number) =>
    samples.map((sample) => (sample === -2048 ? Number.NaN : Math.fround((sample - baseline) / gain)));
  const [first, second] = [physical(a, 200, 0), physical(b, 57.25, -3)];

  test.each([0, 1, 4])(
    'the samples are those that one by one were read, wherever the bytes lie (%i)',
    async (offset) => {
      const whole = await readRecord(source(header(), dat, offset), 'rec');
      expect(whole.signal.map((lead) => Array.from(lead))).toEqual([first, second]);
      expect(whole.meta.invalidSamples).toEqual([a, b].map((lead) => lead.filter((sample) => sample === -2048).length));
      expect(whole.meta.warnings).toEqual([]); // both checksums and initial values fit
      const swapped = await readRecord(source(header(), dat, offset), 'rec', { channels: [1, 0], from: 3, to: 19_000 });
      expect(swapped.signal.map((lead) => Array.from(lead))).toEqual([second.slice(3, 19_000), first.slice(3, 19_000)]);
      const one = await readRecord(source(header(), dat, offset), 'rec', { channels: [1], digital: true });
      expect(Array.from(one.signal[0])).toEqual(second);
      expect(Array.from(one.digital![0])).toEqual(b);
    },
  );

  test('a checksum or an initial value that does not fit is told', async () => {
    const changed = dat.slice();
    changed[0] ^= 1;
    expect((await readRecord(source(header(), changed, 0), 'rec')).meta.warnings).toEqual([
      `rec.hea line 2: signal 0 (MLII) begins with ${a[0] ^ 1}, the header says ${a[0]}`,
      `rec.hea line 2: the checksum of signal 0 (MLII) is ${sum([...a, (a[0] ^ 1) - a[0]])}, the header says ${sum(a)}`,
    ]);
  });

  test('twice the same signal, and signals out of step, are no matter', async () => {
    const twice = await readRecord(source(header(), dat, 0), 'rec', { channels: [0, 0] });
    expect(twice.signal.map((lead) => Array.from(lead))).toEqual([first, first]);
    const late = await readRecord(source(header(':2'), dat, 0), 'rec');
    expect(Array.from(late.signal[1].subarray(0, 19_999))).toEqual(second.slice(2));
    expect(late.meta.warnings).toEqual([]);
  });
});
