import {
  type CheckReport,
  checkDataset,
  type DatasetError,
  Recordings,
  readCode15,
  withRecordings,
} from '@heartllm/ecg-datasets';
import { memorySource, openHdf5, type Source, SourceError } from '@heartllm/ecg-io';
import { testFiles } from '@heartllm/testing';
import { describe, expect, test } from 'vitest';
import { all } from './helpers/all.ts';

const fixtures = testFiles(import.meta.url, './fixtures/code15/');
const table = new TextDecoder().decode(await fixtures.read('exams.csv'));
const part12 = await fixtures.read('exams_part12.hdf5');
const source = memorySource({ 'exams.csv': table, 'exams_part12.hdf5': part12 });

async function check(files: Record<string, string | Uint8Array>): Promise<CheckReport> {
  for await (const event of checkDataset(memorySource(files), Object.keys(files))) {
    if (event.type === 'report') return event.report;
  }
  throw new Error('no report');
}

describe("CODE-15%'s signals", () => {
  test('an exam is found by its number, its leads named, the zeros around it left out', async () => {
    const rows = await all(readCode15(source));
    const recordings = new Recordings(source);
    const record = await recordings.read(rows[6]); // 2969044
    expect([record.name, record.fs, record.samples]).toEqual(['2969044', 400, 400]);
    expect(record.leads).toEqual(['I', 'II', 'III', 'aVR', 'aVL', 'aVF', 'V1', 'V2', 'V3', 'V4', 'V5', 'V6']);
    const other = await recordings.read(rows[1]); // 358121, in the same file
    expect(other.signal[0]).not.toEqual(record.signal[0]);
    await recordings.close();
    await recordings.close();
  });

  test('a file that could not be opened for a moment is opened for the next exam', async () => {
    let failing = true;
    const troubled: Source = {
      async read(path, start, end) {
        if (failing && path.endsWith('.hdf5')) throw new SourceError(path, 'failed', 'could not be opened: EMFILE');
        return source.read(path, start, end);
      },
      size: source.size,
    };
    const [, row] = await all(readCode15(source));
    const recordings = new Recordings(troubled);
    await expect(recordings.read(row)).rejects.toThrow('EMFILE');
    failing = false;
    expect((await recordings.read(row)).name).toBe('358121');
    await recordings.close();
  });

  test('rows whose file is missing are reported', async () => {
    const missing: DatasetError[] = [];
    const rows = await all(withRecordings(readCode15(source), source, (problem) => missing.push(problem)));
    expect(rows.map(({ line }) => line)).toEqual([3, 8]);
    expect(missing).toHaveLength(8);
    expect(missing[0].message).toBe('exams.csv line 2: its recording exams_part11.hdf5 is missing');
  });

  test('an exam that is not in its file is reported without its number', async () => {
    const other = memorySource({ 'exams.csv': table.replace('358121', '358122'), 'exams_part12.hdf5': part12 });
    const [, row] = await all(readCode15(other));
    const recordings = new Recordings(other);
    await expect(recordings.read(row)).rejects.toThrow('exams.csv line 3: its recording exams_part12.hdf5 is missing');
    await recordings.close();
  });
});

describe('an exam number that two exams of a file have', () => {
  /** The second exam gets the number of the first, as h5py would write it. */
  const twice = new Uint8Array(part12);
  new DataView(twice.buffer).setInt32(numberAt(2969044), 358121, true);
  const files = { 'exams.csv': table, 'exams_part12.hdf5': twice };

  test('is refused, not taken for the first', async () => {
    const [, row] = await all(readCode15(memorySource(files)));
    const recordings = new Recordings(memorySource(files));
    expect(await recordings.has(row)).toBe(true);
    await expect(recordings.read(row)).rejects.toThrow(
      'exams.csv line 3: its exam stands more than once in exams_part12.hdf5',
    );
    await recordings.close();
    const exams = await openHdf5(memorySource(files), 'exams_part12.hdf5');
    await expect(exams.byId(358121)).rejects.toThrow(/exam "358121" is there 2 times; ask for it by index: \d, \d$/);
    await exams.close();
  });

  test('is damage', async () => {
    expect((await check(files)).damaged.map(({ line, message }) => [line, message])).toEqual([
      [3, 'its exam stands more than once in exams_part12.hdf5'],
      [8, 'its exam is not in exams_part12.hdf5'],
    ]);
  });

  function numberAt(exam: number): number {
    const view = new DataView(part12.buffer, part12.byteOffset, part12.byteLength);
    for (let at = 0; at + 4 <= part12.length; at++) if (view.getInt32(at, true) === exam) return at;
    throw new Error('no such exam');
  }
});

describe('checkDataset', () => {
  test('reads every exam', async () => {
    const report = await check({ 'exams.csv': table, 'exams_part12.hdf5': part12 });
    expect(report.recordings.find(({ name }) => name === 'exams_part12.hdf5')).toEqual({
      name: 'exams_part12.hdf5',
      listed: 2,
      intact: 2,
      missing: 0,
      damaged: 0,
    });
    expect(report.damaged).toEqual([]);
  });

  test('an exam that is not in its file, and one whose bytes do not unpack, are damage of their own', async () => {
    const files = { 'exams.csv': table.replace('358121', '358122'), 'exams_part12.hdf5': part12 };
    expect((await check(files)).damaged).toEqual([
      { file: 'exams.csv', line: 3, message: 'its exam is not in exams_part12.hdf5' },
    ]);
    const broken = part12.map((byte, i) => (i > part12.length / 3 && i < part12.length / 2 ? byte ^ 0xff : byte));
    const report = await check({ 'exams.csv': table, 'exams_part12.hdf5': broken });
    expect(report.damaged.length).toBeGreaterThan(0);
    expect(JSON.stringify(report.damaged)).not.toMatch(/358121|2969044/);
  });

  test('a file that broke off is one problem', async () => {
    const report = await check({ 'exams.csv': table, 'exams_part12.hdf5': part12.subarray(0, 40000) });
    expect(report.damaged).toEqual([
      { file: 'exams_part12.hdf5', message: `truncated: expected ${part12.length} bytes, found 40000` },
    ]);
  });
});
