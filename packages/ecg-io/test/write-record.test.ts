import { testFiles } from '@heartllm/testing';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  type EcgRecord,
  encodeRecord,
  memorySource,
  type RecordInput,
  readHeader,
  readRecord,
  WfdbError,
} from '../src/index.ts';
import { fuzzRuns } from './fuzz-runs.ts';

/** What wfdb-python's wrsamp was given and what it wrote. */
interface Golden {
  description: string;
  input: {
    record_name: string;
    fs: number;
    fmt: string[];
    units: string[];
    sig_name: string[];
    adc_gain: number[];
    baseline: number[];
    comments: string[];
    base_time: string | null;
    base_date: string | null;
    samps_per_frame: number[];
    digital: number[][];
  };
  header: string;
  files: Record<string, string>;
}

const fixtures = testFiles(import.meta.url, './fixtures/');
const golden: Golden[] = JSON.parse(new TextDecoder().decode(await fixtures.read('expected-writing.json')));

const readBack = (files: Map<string, Uint8Array>, name = 'rec') =>
  readRecord(memorySource(files), name, { digital: true });

function hex(bytes: Uint8Array | undefined): string {
  return Array.from(bytes ?? [], (byte) => byte.toString(16).padStart(2, '0')).join('');
}

describe('what wfdb-python 4.3.1 wrote', () => {
  test.each(golden)('$description: the same bytes, the same header fields', async ({ input, header, files }) => {
    const { record_name: name, fs, units, digital, comments } = input;
    const written = encodeRecord(
      {
        name,
        fs,
        units,
        digital,
        comments,
        leads: input.sig_name,
        samples: digital[0].length / input.samps_per_frame[0],
        startTime: input.base_date === null ? undefined : new Date(`${input.base_date}T${input.base_time}Z`),
        meta: { gains: input.adc_gain, baselines: input.baseline },
      },
      { format: input.fmt },
    );
    expect([...written.keys()]).toEqual([...Object.keys(files), `${name}.hea`]);
    for (const [file, bytes] of Object.entries(files)) expect(hex(written.get(file))).toBe(bytes);

    const expected = await readHeader(memorySource({ [`${name}.hea`]: header }), name);
    // wfdb-python writes the 16 bits of a checksum unsigned, the C library signed.
    for (const signal of expected.signals) signal.checksum = (signal.checksum! << 16) >> 16;
    expect(await readHeader(memorySource(written), name)).toEqual(expected);

    const back = await readBack(written, name);
    expect(back.digital!.map((lead) => Array.from(lead))).toEqual(digital);
    expect(back.meta.warnings).toEqual([]);
  });
});

describe('a real record survives being written and read', () => {
  test.each([
    ['ptbxl/00001_hr', 16],
    ['ptbxl/00001_hr', 24],
    ['ludb/1', 32],
    ['challenge/JS00001', 16],
    ['formats/100_3chan', 212],
    ['formats/3000003_0003', 80],
  ])('%s in format %i', async (name, format) => {
    const { digital, ...record } = await readRecord(fixtures, name, { digital: true });
    const kept = {
      ...record,
      meta: { ...record.meta, format: String(format), formats: record.leads.map(() => `${format}`) },
    };
    for (const input of [record, { ...record, digital }]) {
      const back = await readBack(encodeRecord(input, { format }), record.name);
      const { digital: stored, ...same } = back;
      expect({ ...same, meta: { ...same.meta, warnings: record.meta.warnings } }).toEqual(kept);
      if (String(format) === record.meta.format) expect(stored).toEqual(digital);
    }
  });

  test('dates, counter and comments are kept, also of a part of the record', async () => {
    const header = 'rec 1 250/24000(-5.5) 1000 15:08:24.25\nrec.dat 16 100/mV 16 0 0 0 0 II\n# age: 28\n#  sex: M';
    const source = memorySource({ 'rec.hea': header, 'rec.dat': new Uint8Array(2000) });
    const whole = await readRecord(source, 'rec');
    expect(whole.meta).toMatchObject({ counterFreq: 24000, baseCounter: -5.5, baseTime: '15:08:24.25' });
    expect(new TextDecoder().decode(encodeRecord(whole).get('rec.hea'))).toBe(
      'rec 1 250/24000(-5.5) 1000 15:08:24.25\nrec.dat 16 100(0)/mV 16 0 0 0 0 II\n# age: 28\n# sex: M\n',
    );
    const part = await readRecord(source, 'rec', { from: 500 });
    expect(part.meta).toMatchObject({ counterFreq: 24000, baseCounter: 47994.5, baseTime: '15:08:26.250' });
    const dated = { ...whole, startTime: new Date('1987-06-05T04:03:02.001Z') };
    expect((await readBack(encodeRecord(dated))).startTime).toEqual(dated.startTime);
  });
});

describe('quantization', () => {
  const rec = (signal: ArrayLike<number>[], meta?: RecordInput['meta']): RecordInput => ({
    name: 'rec',
    fs: 500,
    leads: signal.map((_, i) => `L${i}`),
    signal,
    meta,
  });
  const stored = async (record: RecordInput, format = 16) =>
    (await readBack(encodeRecord(record, { format }))).digital!.map((lead) => Array.from(lead));

  test('rounds halves to the even neighbour, as numpy does, and marks NaN as invalid', async () => {
    const meta = { gains: [1], baselines: [-10] };
    expect(await stored(rec([[0.5, 1.5, -0.5, -1.5, 2.4, Number.NaN]], meta))).toEqual([
      [-10, -8, -10, -12, -8, -32768],
    ]);
    expect(await stored(rec([[Number.NaN, 1]], { gains: [1] }), 80)).toEqual([[-128, 1]]);
    expect(await stored(rec([[Number.NaN, 1]], { gains: [1] }), 212)).toEqual([[-2048, 1]]);
    expect(await stored(rec([[Number.NaN, 1]], { gains: [1] }), 24)).toEqual([[-8388608, 1]]);
    expect(await stored(rec([[Number.NaN, 1]], { gains: [1] }), 32)).toEqual([[-2147483648, 1]]);
  });

  test('without a gain the range of the format is filled', async () => {
    const wave = Float64Array.from({ length: 200 }, (_, i) => 3 + Math.sin(i / 7));
    const back = await readBack(encodeRecord(rec([wave]), { format: 16 }));
    expect(Math.min(...back.digital![0])).toBe(-32767);
    expect(Math.max(...back.digital![0])).toBeGreaterThanOrEqual(32765);
    for (const [i, value] of wave.entries()) expect(Math.abs(back.signal[0][i] - value)).toBeLessThan(2 / 65530);
  });

  test('a file of plain numbers has no gain, whatever its record says', async () => {
    const back = await readBack(
      encodeRecord(rec([[0.1, 0.2, -0.3]], { gains: [1], baselines: [0], formats: ['csv'] })),
    );
    expect(Array.from(back.signal[0], (value) => Number(value.toFixed(4)))).toEqual([0.1, 0.2, -0.3]);
  });

  test('constant, empty, far from zero, tiny: a gain is found for each', async () => {
    const flat = [5e-324, 1e-300, 7, -3.25, 1e6, 1e300].map((level) => [level, level, Number.NaN]);
    const back = await readBack(
      encodeRecord(rec([...flat, [1e6, 1e6 + 1e-3, 1e6], [0, 0, 0], [Number.NaN, Number.NaN, Number.NaN]])),
    );
    expect(back.signal[2][0]).toBeCloseTo(7, 3);
    expect(back.signal[3][1]).toBeCloseTo(-3.25, 3);
    expect(back.signal[7]).toEqual(new Float32Array(3));
    expect(back.signal[8]).toEqual(new Float32Array(3).fill(Number.NaN));
    expect(back.meta.invalidSamples).toEqual([1, 1, 1, 1, 1, 1, 0, 0, 3]);
    expect((await readBack(encodeRecord(rec([[], []])))).samples).toBe(0);
  });
});

describe('what cannot be stored is an error that names lead and sample', () => {
  const base: RecordInput = {
    name: 'rec',
    fs: 500,
    leads: ['I', 'II'],
    signal: [
      [0, 1],
      [2, 3],
    ],
    meta: { gains: [100, 1000] },
  };
  const inII = 'rec.hea, lead "II"';
  test.each<[string, Partial<RecordInput>, string | number | string[], string]>([
    [
      'too large',
      {
        signal: [
          [0, 1],
          [2, 40],
        ],
      },
      16,
      `${inII}, sample 1: expected an integer within -32767..32767, as format 16 holds, found 40000, from 40 with gain 1000`,
    ],
    [
      'infinite',
      {
        signal: [
          [0, 1],
          [-Infinity, 0],
        ],
      },
      32,
      `${inII}, sample 0: expected an integer within -2147483647..2147483647, as format 32 holds, found -Infinity, from -Infinity with gain 1000`,
    ],
    [
      'the mark of invalid samples',
      {
        signal: [
          [0, 1],
          [0, -2.048],
        ],
      },
      212,
      `${inII}, sample 1: expected an integer within -2047..2047, as format 212 holds, found -2048, from -2.048 with gain 1000`,
    ],
    [
      'digital too large',
      {
        signal: undefined,
        digital: [
          [1, 2],
          [3, 128],
        ],
      },
      80,
      `${inII}, sample 1: expected an integer within -127..127, as format 80 holds, found 128`,
    ],
    [
      'digital not whole',
      {
        signal: undefined,
        digital: [
          [1, 2],
          [3.5, 1],
        ],
      },
      16,
      `${inII}, sample 0: expected an integer within -32767..32767, as format 16 holds, found 3.5`,
    ],
    [
      'a signal changed after it was read',
      {
        digital: [
          [0, 100],
          [2000, 3005],
        ],
      },
      16,
      `${inII}, sample 1: signal says 3, digital 3005 with gain 1000 and baseline 0: give one of them`,
    ],
    [
      'digital without gain',
      { digital: [[0], [0]], signal: undefined, meta: {} },
      16,
      'rec.hea, lead "I": digital samples need their gain in meta.gains',
    ],
    ['gain 0', { meta: { gains: [100, 0] } }, 16, `${inII}: expected a gain other than 0, found 0`],
    [
      'baseline with a fraction',
      { meta: { gains: [100, 1], baselines: [0, 0.5] } },
      16,
      `${inII}: expected a baseline of whole 32 bits, found 0.5`,
    ],
    [
      'leads of other lengths',
      {
        signal: [
          [0, 1],
          [2, 3, 4],
        ],
      },
      16,
      `${inII}: expected 2 samples or a multiple of it, found 3`,
    ],
    ['a lead without samples', { signal: [[0, 1]] }, 16, `${inII}: expected samples in signal or digital, found none`],
    ['a unit with a space', { units: ['mV', 'm V'] }, 16, `${inII}: expected a unit without spaces, found "m V"`],
    [
      'a comment of two lines',
      { comments: ['a', 'b\nc'] },
      16,
      'rec.hea, comment 1: expected text of one line, found "b\\nc"',
    ],
    [
      'a name with a space',
      { name: 're c' },
      16,
      're c.hea, record name: expected letters, digits, "_" and "-", found "re c"',
    ],
    [
      'a name that leads out',
      { name: '../rec' },
      16,
      '../rec.hea, record name: expected letters, digits, "_" and "-", found "../rec"',
    ],
    ['no rate', { fs: Number.NaN }, 16, 'rec.hea, fs: expected a number from 1e-6 to 1e9 Hz, found NaN'],
    [
      'no date',
      { startTime: new Date(Number.NaN) },
      16,
      'rec.hea, startTime: expected a date in the years 0 to 9999, found an invalid date',
    ],
    [
      'a format that is only read',
      {},
      '310',
      'rec.hea, format: expected a format that can be written (16, 24, 32, 80, 212), found "310"',
    ],
    ['too few formats', {}, ['16'], 'rec.hea, format: expected 2, one per lead, found 1'],
  ])('%s', (_, change, format, message) => {
    const write = () => encodeRecord({ ...base, ...change }, { format });
    expect(write).toThrow(WfdbError);
    expect(write).toThrow(message);
  });
});

const BITS = { 16: 16, 24: 24, 32: 32, 80: 8, 212: 12 };

const text = fc
  .string({ unit: fc.constantFrom(...'abcXYZ019 -_.,;:()/#+*äµΩ心"\\\t'), maxLength: 12 })
  .map((value) => value.trim());

/** Any record that WFDB can hold, as digital samples. */
const anyRecord = fc
  .record({
    format: fc.constantFrom<keyof typeof BITS>(16, 24, 32, 80, 212),
    frames: fc.nat(12),
    perFrame: fc.array(fc.integer({ min: 1, max: 3 }), { minLength: 1, maxLength: 5 }),
  })
  .chain(({ format, frames, perFrame }) => {
    const most = 2 ** (BITS[format] - 1) - 1;
    const sample = fc.oneof(fc.integer({ min: -most - 1, max: most }), fc.constantFrom(-most - 1, -most, -1, 0, most));
    const perLead = <T>(value: fc.Arbitrary<T>) => fc.tuple(...perFrame.map(() => value));
    const gain = fc.oneof(fc.integer({ min: 1, max: 5000 }), fc.double({ min: 1e-3, max: 1e6, noNaN: true }));
    return fc.record({
      format: fc.constant(format),
      record: fc.record({
        name: fc.stringMatching(/^[\w-]{1,12}$/),
        fs: fc.oneof(fc.integer({ min: 1, max: 5000 }), fc.double({ min: 0.01, max: 1e5, noNaN: true })),
        leads: perLead(text.filter((value) => value !== '')),
        units: perLead(fc.constantFrom('mV', 'uV', 'mmHg', '°C', 'mV/s', 'NU')),
        digital: fc.tuple(
          ...perFrame.map((count) => fc.array(sample, { minLength: frames * count, maxLength: frames * count })),
        ),
        samples: fc.constant(frames),
        startTime: fc.option(
          fc.date({ min: new Date('0001-01-01'), max: new Date('9999-12-31'), noInvalidDate: true }),
          { nil: undefined },
        ),
        comments: fc.array(
          text.map((value) => value.replace(/^[#\s]+/, '')),
          { maxLength: 3 },
        ),
        meta: fc.record({
          gains: perLead(gain),
          baselines: perLead(fc.integer({ min: -(2 ** 30), max: 2 ** 30 })),
          adcZeros: perLead(fc.integer({ min: -5000, max: 5000 })),
          adcResolutions: perLead(fc.integer({ min: 1, max: 32 })),
        }),
      }),
    });
  });

test('any record is read back as it was written, in every format', async () => {
  await fc.assert(
    fc.asyncProperty(anyRecord, async ({ format, record }) => {
      const back: EcgRecord = await readBack(encodeRecord(record, { format }), record.name);
      const { meta, signal, digital, ...rest } = back;
      const { meta: given, digital: samples, ...same } = record;
      expect(rest).toEqual(same);
      expect(digital!.map((lead) => Array.from(lead))).toEqual(samples);
      expect(meta).toMatchObject({ ...given, format: String(format), warnings: [] });
      // What was read, in physical units too, is written again to the last byte.
      expect(encodeRecord(back, { format })).toEqual(encodeRecord(record, { format }));
      if (BITS[format] <= 16 && given.baselines.every((baseline) => Math.abs(baseline) < 1e6)) {
        expect(encodeRecord({ ...back, digital: undefined }, { format })).toEqual(encodeRecord(record, { format }));
      }
      expect(signal).toHaveLength(record.leads.length);
    }),
    { numRuns: fuzzRuns(400) },
  );
});

test('a signal of any values is off by no more than the rounding, in every format', async () => {
  const value = fc.oneof(
    fc.double({ min: -1e3, max: 1e3, noNaN: true }),
    fc.double({ min: -1e9, max: 1e9, noNaN: true }),
    fc.constant(Number.NaN),
  );
  await fc.assert(
    fc.asyncProperty(
      fc.array(value, { minLength: 1, maxLength: 30 }),
      fc.constantFrom(16, 24, 32, 80, 212),
      async (values, format) => {
        const back = await readBack(encodeRecord({ name: 'rec', fs: 1, leads: ['I'], signal: [values] }, { format }));
        const gain = back.meta.gains[0];
        for (const [i, value] of values.entries()) {
          if (Number.isNaN(value)) expect(back.signal[0][i]).toBeNaN();
          else
            expect(Math.abs(back.signal[0][i] - value)).toBeLessThanOrEqual(
              0.51 / gain + Math.abs(value) * 2 ** -23 + 2 ** -126,
            );
        }
      },
    ),
    { numRuns: fuzzRuns(400) },
  );
});
