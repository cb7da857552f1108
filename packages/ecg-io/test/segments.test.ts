import { describe, expect, test } from 'vitest';
import { memorySource, readRecord, type Source, WfdbError } from '../src/index.ts';

const bytes = (...values: number[]) => Uint8Array.from(values, (value) => value + 128); // format 80

/** II and V in one segment, V alone in another that lies deeper, gaps between them. */
const variable: Record<string, string | Uint8Array> = {
  'd/rec.hea': 'rec/5 2 100 10 10:00:00 04/05/2001\nlayout 0\n~ 2\none 3\n~ 1\nsub/two 4\n# comment',
  'd/layout.hea': 'layout 2 100 0\n~ 0 10/mV 8 0 0 0 0 II\n~ 0 10/mV 8 0 0 0 0 V',
  'd/one.hea': 'one 2 100 3\none.dat 80 10/mV 8 0 1 6 0 II\none.dat 80 10/mV 8 0 4 15 0 V',
  'd/one.dat': bytes(1, 4, 2, 5, 3, 6),
  'd/sub/two.hea': 'two 1 100 4\ntwo.dat 80 20/mV 8 0 10 -118 0 V',
  'd/sub/two.dat': bytes(10, 20, -128, -20),
};
const NaN_ = Number.NaN;
const rounded = (signal: Float32Array[]) =>
  signal.map((lead) => Array.from(lead, (value) => Math.round(value * 100) / 100));

/** A source that writes down what is read. */
function watched(files: Record<string, string | Uint8Array>) {
  const inner = memorySource(files);
  const reads: string[] = [];
  const source: Source = {
    read(path, start, end) {
      reads.push(path.endsWith('.hea') ? path : `${path} ${start}-${end}`);
      return inner.read(path, start, end);
    },
    size: inner.size,
  };
  return { source, reads };
}

describe('variable layout', () => {
  test('signals are found by name, gaps and missing signals are NaN, units come from each segment', async () => {
    const record = await readRecord(memorySource(variable), 'd/rec', { digital: true });
    expect(record).toMatchObject({ name: 'rec', fs: 100, samples: 10, leads: ['II', 'V'], comments: ['comment'] });
    expect(record.startTime?.toISOString()).toBe('2001-05-04T10:00:00.000Z');
    expect(rounded(record.signal)).toEqual([
      [NaN_, NaN_, 0.1, 0.2, 0.3, NaN_, NaN_, NaN_, NaN_, NaN_],
      [NaN_, NaN_, 0.4, 0.5, 0.6, NaN_, 0.5, 1, NaN_, -1],
    ]);
    expect(record.meta).toMatchObject({ format: '80', invalidSamples: [7, 4], gains: [10, 10] });
    // V has another gain in the second segment: as integers of the layout's gain.
    expect(record.digital!.map((lead) => Array.from(lead))).toEqual([
      [-128, -128, 1, 2, 3, -128, -128, -128, -128, -128],
      [-128, -128, 4, 5, 6, -128, 5, 10, -128, -10],
    ]);
    expect(record.meta.warnings).toEqual([
      'd/sub/two.hea: gain or baseline of "V" changes; integers are given in those of the first header, 10(0)',
    ]);
    expect((await readRecord(memorySource(variable), 'd/rec')).meta.warnings).toEqual([]);
  });

  test('only the segments, signals and bytes asked for are read', async () => {
    const { source, reads } = watched(variable);
    const record = await readRecord(source, 'd/rec', { from: 7, to: 8, channels: ['V', 'II'], digital: true });
    expect(reads).toEqual(['d/rec.hea', 'd/layout.hea', 'd/sub/two.hea', 'd/sub/two.dat 1-2']);
    expect(record.leads).toEqual(['V', 'II']);
    expect(record.digital!.map((lead) => Array.from(lead))).toEqual([[20], [-32768]]);
    expect(record.meta.gains).toEqual([20, 10]); // what was read of V has that gain throughout
    expect(record.startTime?.toISOString()).toBe('2001-05-04T10:00:00.070Z');
  });

  test('a gap alone needs no signal file', async () => {
    const { source, reads } = watched(variable);
    const record = await readRecord(source, 'd/rec', { from: 0, to: 2 });
    expect(reads).toEqual(['d/rec.hea', 'd/layout.hea']);
    expect([record.samples, record.meta.invalidSamples]).toEqual([2, [2, 2]]);
  });

  test('a segment with several samples per frame is smoothed, or refused where each is wanted', async () => {
    const files = {
      ...variable,
      'd/sub/two.hea': 'two 1 100 4\ntwo.dat 80x2 20/mV 8 0 10 0 0 V',
      'd/sub/two.dat': bytes(10, 30, 20, 20, -128, -128, -20, -20),
    };
    const record = await readRecord(memorySource(files), 'd/rec', { channels: ['V'], from: 6, smoothFrames: true });
    expect(rounded(record.signal)).toEqual([[1, 1, NaN_, -1]]);
    await expect(readRecord(memorySource(files), 'd/rec')).rejects.toThrow(
      'd/sub/two.hea line 2, samples per frame: expected 1 as in d/one.hea, found 2: read the record with smoothFrames',
    );
    const alone = await readRecord(memorySource(files), 'd/rec', { channels: ['V'], from: 6 });
    expect(rounded(alone.signal)).toEqual([[0.5, 1.5, 1, 1, NaN_, NaN_, -1, -1]]);
  });

  test('of two formats the wider one marks what is invalid', async () => {
    const header = 'two 1 100 4\ntwo.dat 16 10/mV 8 0 10 0 0 V';
    const dat = new Uint8Array(Int16Array.of(10, 20, -32768, -128).buffer);
    const files = { ...variable, 'd/sub/two.hea': header, 'd/sub/two.dat': dat };
    const record = await readRecord(memorySource(files), 'd/rec', { digital: true });
    expect(Array.from(record.digital![1].subarray(5))).toEqual([-32768, 10, 20, -32768, -128]);
    expect(record.meta.formats).toEqual(['80', '16']);
  });

  test('of several signals of one name each is found in its turn, unless the segments differ in how many there are', async () => {
    const twice = {
      ...variable,
      'd/layout.hea': 'layout 3 100 0\n~ 0 10/mV 8 0 0 0 0 II\n~ 0 10/mV 8 0 0 0 0 V\n~ 0 10/mV 8 0 0 0 0 V',
      'd/rec.hea': 'rec/3 3 100 7\nlayout 0\none 3\nsub/two 4',
      'd/one.hea':
        'one 3 100 3\none.dat 80 10/mV 8 0 1 0 0 V\none.dat 80 10/mV 8 0 4 0 0 II\none.dat 80 10/mV 8 0 4 0 0 V',
      'd/one.dat': bytes(1, 4, 7, 2, 5, 8, 3, 6, 9),
    } as Record<string, string | Uint8Array>;
    const read = (options: object) => readRecord(memorySource(twice), 'd/rec', { digital: true, ...options });
    const record = await read({ to: 3 });
    expect(record.leads).toEqual(['II', 'V', 'V']);
    expect(record.digital!.map((lead) => Array.from(lead))).toEqual([
      [4, 5, 6],
      [1, 2, 3],
      [7, 8, 9],
    ]);
    await expect(read({})).rejects.toThrow(
      'd/sub/two.hea: lead "V" is there 1 times, in the layout 2 times: read the segment as a record of its own',
    );
    expect(Array.from((await read({ channels: ['II'] })).digital![0])).toEqual([4, 5, 6, -128, -128, -128, -128]);
  });

  test('units that change are a warning', async () => {
    const files = { ...variable, 'd/sub/two.hea': 'two 1 100 4\ntwo.dat 80 10/uV 8 0 10 -118 0 V' };
    const { meta } = await readRecord(memorySource(files), 'd/rec');
    expect(meta.warnings).toEqual(['d/sub/two.hea: "V" is in "uV", before in "mV"']);
  });
});

describe('fixed layout', () => {
  const fixed = {
    'rec.hea': 'rec/3 2 100 8\none 3\n~ 2\none 3',
    'one.hea': variable['d/one.hea'],
    'one.dat': variable['d/one.dat'],
  };

  test('segments follow each other, one may come twice', async () => {
    const { source, reads } = watched(fixed);
    const record = await readRecord(source, 'rec', { channels: [1], digital: true });
    expect(Array.from(record.digital![0])).toEqual([4, 5, 6, -128, -128, 4, 5, 6]);
    expect(reads).toEqual(['rec.hea', 'one.hea', 'one.dat 0-7', 'one.dat 0-7']);
    expect(record.meta.warnings).toEqual([]);
  });

  test.each([
    ['rec/3 2 100 99', ['rec.hea line 1, number of samples: 99 declared, the segments add up to 8, which are read']],
    ['rec/3 2 100 5', ['rec.hea line 1, number of samples: 5 declared, the segments add up to 8, which are read']],
    ['rec/3 2 100 0', []],
    [
      'rec/3 2',
      ['one.hea: 100 frames per second, the record has 250', 'one.hea: 100 frames per second, the record has 250'],
    ],
  ])(
    'the length is that of the segments, whatever the record line says (%s), as in WFDB 10.7',
    async (line, warnings) => {
      const files = { ...fixed, 'rec.hea': fixed['rec.hea'].replace('rec/3 2 100 8', line) };
      const record = await readRecord(memorySource(files), 'rec', { channels: [1], digital: true });
      expect(Array.from(record.digital![0])).toEqual([4, 5, 6, -128, -128, 4, 5, 6]);
      expect(record.meta.warnings).toEqual(warnings);
    },
  );

  test('more segment lines than declared are not read', async () => {
    const files = { ...fixed, 'rec.hea': `${fixed['rec.hea']}\nnone 7` };
    const record = await readRecord(memorySource(files), 'rec');
    expect(record.samples).toBe(8);
    expect(record.meta.warnings).toEqual([
      'rec.hea line 5: 3 segments declared, 4 segment lines follow; from this one on they are not read',
    ]);
  });

  test.each<[string, Record<string, string>, string]>([
    [
      'another number of signals',
      { 'rec.hea': fixed['rec.hea'].replace('3 2 100', '3 3 100') },
      'rec.hea, number of signals: 3 declared, one.hea has 2',
    ],
    [
      'a segment that is shorter than said',
      { 'rec.hea': 'rec/2 2 100 6\n~ 2\none 4' },
      'rec.hea line 3, segment length: expected at most 3 as in one.hea, found 4',
    ],
    [
      'a segment with segments',
      { 'one.hea': 'one/1 2 100 3\ntwo 3' },
      'rec.hea line 2: segment "one" has segments itself, which a segment may not',
    ],
    ['gaps alone', { 'rec.hea': 'rec/1 2 100 3\n~ 3' }, 'rec.hea: every segment is a gap: nothing names the signals'],
    [
      'a gap longer than memory',
      { 'rec.hea': 'rec/2 2 100 1000000000003\none 3\n~ 1000000000000' },
      'rec.hea: expected at most 268435456 samples in gaps, segments and FLAC at a time, found 2000000000006: read a part by from, to and channels',
    ],
  ])('%s is an error', async (_, changes, message) => {
    const error = await readRecord(memorySource({ ...fixed, ...changes }), 'rec').catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(WfdbError);
    expect((error as WfdbError).message).toBe(message);
  });
});
