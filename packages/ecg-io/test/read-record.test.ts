import { describe, expect, test } from 'vitest';
import { memorySource, readRecord, type Source } from '../src/index.ts';
import { smallRecord } from './expected.ts';

const { lines, dat, value } = smallRecord();
const files = { 'rec.hea': lines.join('\n'), 'rec.dat': dat };

/** A source that writes down what is read. */
function watched(source: Source) {
  const reads: [string, number?, number?][] = [];
  const sizes: string[] = [];
  const read: Source['read'] = (path, start, end) => {
    if (!path.endsWith('.hea')) reads.push([path, start, end]);
    return source.read(path, start, end);
  };
  const size: Source['size'] = (path) => {
    sizes.push(path);
    return source.size(path);
  };
  return { read, size, reads, sizes };
}

describe('readRecord', () => {
  test('gives physical units and, on request, the stored integers', async () => {
    const record = await readRecord(memorySource(files), 'rec', { digital: true });
    expect(record).toMatchObject({ name: 'rec', fs: 500, samples: 50, leads: ['ECG_1', 'ECG_2', 'ECG_3', 'ECG_4'] });
    expect(record.units).toEqual(['mV', 'mV', 'mV', 'mV']);
    expect(record.digital![2][7]).toBe(value(7, 2));
    expect(record.signal[2][7]).toBe(Math.fround(value(7, 2) / 100));
    expect((await readRecord(memorySource(files), 'rec')).digital).toBeUndefined();
  });

  test('reads only the bytes of the frames asked for', async () => {
    const source = watched(memorySource(files));
    const record = await readRecord(source, 'rec', { channels: ['ECG_4', 0], from: 10, to: 15, digital: true });
    expect(source.reads).toEqual([['rec.dat', 80, 120]]);
    expect(record.leads).toEqual(['ECG_4', 'ECG_1']);
    const frames = [10, 11, 12, 13, 14];
    expect(record.digital!.map((lead) => Array.from(lead))).toEqual(
      [3, 0].map((i) => frames.map((frame) => value(frame, i))),
    );
    expect(record.samples).toBe(5);
  });

  test('leaves alone the files of leads that were not asked for', async () => {
    const header = ['rec 2 500 50', 'a.dat 16 100/mV 16 0 0 0 0 a', 'b.dat 16+10 100/mV 16 0 0 0 0 b'].join('\n');
    const source = watched(memorySource({ 'rec.hea': header, 'b.dat': new Uint8Array(110) }));
    const record = await readRecord(source, 'rec', { channels: ['b'] });
    expect(source.reads).toEqual([['b.dat', 10, 111]]); // one byte more would be one too many in the file
    expect(source.sizes).toEqual([]);
    expect(record.samples).toBe(50);
  });

  test('signals in several files, behind a byte offset', async () => {
    const behind = new Uint8Array(24 + dat.length);
    behind.set(dat, 24);
    const header = [
      'rec 5 500 50',
      ...lines.slice(1).map((line) => line.replace('rec.dat 16', 'sub/x.mat 16+24')),
      lines[1].replace('ECG_1', 'extra').replace(/16 0 .*? 0 /, '16 0 0 0 0 '),
    ];
    const source = memorySource({
      'd/rec.hea': header.join('\n'),
      'd/sub/x.mat': behind,
      'd/rec.dat': new Uint8Array(100),
    });
    const record = await readRecord(source, 'd/rec.dat', { digital: true });
    expect(record.digital![3][49]).toBe(value(49, 3));
    expect(Array.from(record.digital![4])).toEqual(new Array(50).fill(0));
    expect(record.meta.warnings).toEqual([]);
  });

  test('without a length in the header the files say how long the record is', async () => {
    const header = ['rec 4 500', ...lines.slice(1)].join('\n');
    const source = memorySource({ 'rec.hea': header, 'rec.dat': dat.subarray(0, 203) });
    const record = await readRecord(source, 'rec', { channels: [0] });
    expect(record.samples).toBe(25);
    expect(record.meta.warnings[0]).toBe('rec.dat: 3 unread bytes from byte 200 on');
  });

  test('of several samples per frame each is given, or with smoothFrames the mean, halves rounded up', async () => {
    const header = ['rec 3 500 50', 'rec.dat 16', 'rec.dat 16x2', 'rec.dat 16'].join('\n');
    const source = memorySource({ ...files, 'rec.hea': header });
    const range = { from: 3, to: 5, digital: true };
    const smooth = await readRecord(source, 'rec', { ...range, smoothFrames: true });
    const mean = (frame: number) => Math.floor((value(frame, 1) + value(frame, 2)) / 2 + 0.5);
    expect(smooth.digital!.map((lead) => Array.from(lead))).toEqual([
      [value(3, 0), value(4, 0)],
      [mean(3), mean(4)],
      [value(3, 3), value(4, 3)],
    ]);
    const record = await readRecord(source, 'rec', range);
    expect(record.digital!.map((lead) => Array.from(lead))).toEqual([
      [value(3, 0), value(4, 0)],
      [value(3, 1), value(3, 2), value(4, 1), value(4, 2)],
      [value(3, 3), value(4, 3)],
    ]);
    expect([record.samples, record.meta.sampsPerFrame]).toEqual([2, [1, 2, 1]]);
  });

  // meansamp in lib/signal.c: "rounded to the nearest integer, with halfway cases always rounded up", invalid where a sample is.
  test.each<[number, number[], (number | undefined)[]]>([
    [2, [1, 2, -2, -1, 3, 5, -3, -4, 7, -128], [2, -1, 4, -3, undefined]],
    [3, [1, 1, 2, 1, 2, 2, -1, -1, -2, -1, -2, -2, -128, 0, 0], [1, 2, -1, -2, undefined]],
    [4, [1, 1, 1, 3, 1, 1, 2, 2, -1, -1, -2, -2, -1, -1, -1, -3], [2, 2, -1, -1]],
    [5, [1, 1, 1, 1, 3, 1, 1, 2, 2, 2, 1, -128, 1, 1, 1], [1, 2, undefined]],
  ])(
    'means of %i samples are those of WFDB 10.7: a frame with an invalid sample is invalid',
    async (perFrame, stored, means) => {
      const header = `rec 1 500 ${means.length}\nrec.dat 80x${perFrame} 1`;
      const source = memorySource({ 'rec.hea': header, 'rec.dat': Uint8Array.from(stored, (value) => value + 128) });
      const record = await readRecord(source, 'rec', { digital: true, smoothFrames: true });
      expect(Array.from(record.digital![0])).toEqual(means.map((mean) => mean ?? -128));
      expect(Array.from(record.signal[0])).toEqual(means.map((mean) => mean ?? Number.NaN));
      expect(record.meta.invalidSamples).toEqual([means.filter((mean) => mean === undefined).length]);
    },
  );

  // WFDB 10.7 lines signals up frame by frame: "the skew in samples (given in the header) is converted to
  // skew in frames" by adding a half and cutting off.
  test.each([
    ['16x2:2', 1],
    ['16x2:1', 1],
    ['16x2:3', 2],
    ['16x2:4', 2],
    ['16x4:4', 1],
    ['16x4:1', 0],
    ['16x4:6', 2],
    ['16:3', 3],
  ])('skew counts samples of the signal: %s is %i frames', async (format, frames) => {
    const perFrame = Number(/x(\d)/.exec(format)?.[1] ?? 1);
    const stored = Int16Array.from({ length: 6 * (1 + perFrame) }, (_, i) => {
      const [frame, k] = [Math.floor(i / (1 + perFrame)), i % (1 + perFrame)];
      return k === 0 ? 100 + frame : 1000 + frame * perFrame + k - 1;
    });
    const header = `rec 2 100 6\nrec.dat 16 1\nrec.dat ${format} 1`;
    const source = memorySource({ 'rec.hea': header, 'rec.dat': new Uint8Array(stored.buffer) });
    const { digital, meta } = await readRecord(source, 'rec', { digital: true });
    expect(Array.from(digital![0])).toEqual([100, 101, 102, 103, 104, 105]);
    const left = (6 - frames) * perFrame;
    const expected = Array.from({ length: 6 * perFrame }, (_, i) => (i < left ? 1000 + frames * perFrame + i : -32768));
    expect(Array.from(digital![1])).toEqual(expected);
    expect(meta.invalidSamples).toEqual([0, frames * perFrame]);
    const part = await readRecord(source, 'rec', { digital: true, from: 1, to: 3 });
    expect(Array.from(part.digital![1])).toEqual(expected.slice(perFrame, 3 * perFrame));
  });

  test('skew is taken out, what lies behind the end is NaN', async () => {
    const header = files['rec.hea'].replace(lines[2], lines[2].replace('16', '16:2'));
    const source = watched(memorySource({ ...files, 'rec.hea': header }));
    const record = await readRecord(source, 'rec', { from: 46, to: 50, digital: true });
    expect(Array.from(record.digital![0])).toEqual([46, 47, 48, 49].map((frame) => value(frame, 0)));
    expect(Array.from(record.digital![1])).toEqual([value(48, 1), value(49, 1), -32768, -32768]);
    expect(record.meta.invalidSamples).toEqual([0, 2, 0, 0]);
    expect((await readRecord(source, 'rec')).meta.warnings).toEqual([]); // the checksum is that of the stored samples
    const huge = header.replace('16:2', '16:1000000000000');
    const empty = await readRecord(memorySource({ ...files, 'rec.hea': huge }), 'rec', { channels: [1] });
    expect(empty.meta.invalidSamples).toEqual([50]);
  });

  test('invalid samples are NaN and counted', async () => {
    const broken = dat.slice();
    new DataView(broken.buffer).setInt16(8, -32768, true);
    const record = await readRecord(memorySource({ ...files, 'rec.dat': broken }), 'rec', { digital: true });
    expect(record.signal[0][1]).toBeNaN();
    expect(record.digital![0][1]).toBe(-32768);
    expect(record.meta.invalidSamples).toEqual([1, 0, 0, 0]);
  });

  test('a lead is found whatever its case, unless that leaves two', async () => {
    const header = [
      'rec 4 500 50',
      ...['II', 'aVR', 'v', 'V'].map((lead) => `rec.dat 16 100/mV 16 0 0 0 0 ${lead}`),
    ].join('\n');
    const source = memorySource({ ...files, 'rec.hea': header });
    const record = await readRecord(source, 'rec', { channels: ['AVR', 'ii', 'V', 'v'] });
    expect(record.leads).toEqual(['aVR', 'II', 'V', 'v']);
    const asking = (channels: (number | string)[]) => readRecord(source, 'rec', { channels });
    await expect(asking(['V7'])).rejects.toThrow('rec.hea, channels: no lead "V7" among "II", "aVR", "v", "V"');
    await expect(asking([4])).rejects.toThrow('rec.hea, channels: expected an index below 4, found 4');
    const twice = memorySource({ ...files, 'rec.hea': header.replace('aVR', 'II') });
    await expect(readRecord(twice, 'rec', { channels: ['II'] })).rejects.toThrow(
      'lead "II" is there 2 times; ask for it by index: 0, 1',
    );
  });

  test('frames outside the record are refused', async () => {
    const asking = (from?: number, to?: number) => readRecord(memorySource(files), 'rec', { from, to });
    await expect(asking(-1)).rejects.toThrow('rec.hea, from: expected a frame within 0..50, found -1');
    await expect(asking(20, 51)).rejects.toThrow('rec.hea, to: expected a frame within 20..50, found 51');
    await expect(asking(20, 10)).rejects.toThrow('rec.hea, to: expected a frame within 20..50, found 10');
    expect((await asking(20, 20)).signal[0]).toEqual(new Float32Array(0));
  });

  test('the start time is that of the first frame read', async () => {
    const header = files['rec.hea'].replace('500 50', '500 50 10:00:00.5 04/05/2001');
    const source = memorySource({ ...files, 'rec.hea': header });
    expect((await readRecord(source, 'rec')).startTime?.toISOString()).toBe('2001-05-04T10:00:00.500Z');
    expect((await readRecord(source, 'rec', { from: 25 })).startTime?.toISOString()).toBe('2001-05-04T10:00:00.550Z');
    expect((await readRecord(memorySource(files), 'rec')).startTime).toBeUndefined();
  });

  test('a lead without a description is named as header(5) says', async () => {
    const source = memorySource({ 'rec.hea': 'rec 1 500 1\nrec.dat 16', 'rec.dat': new Uint8Array(2) });
    expect((await readRecord(source, 'rec')).leads).toEqual(['record rec, signal 0']);
  });

  test('a record without signals has a length and no leads', async () => {
    const record = await readRecord(memorySource({ 'rec.hea': 'rec 0 500 200' }), 'rec');
    expect([record.samples, record.leads, record.signal]).toEqual([200, [], []]);
  });
});
