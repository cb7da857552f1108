import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readRecordFile } from '../src/files/read-record-file.ts';

const FIXTURES = fileURLToPath(new URL('../../ecg-io/test/fixtures/', import.meta.url));
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'heartllm-files-'));
});

afterAll(() => rm(folder, { recursive: true }));

describe('an exam in an HDF5 file', () => {
  const several = `${FIXTURES}hdf5/gzip-shuffle-cut.hdf5`;

  test('is read by its id, without the zeros it is filled up with', async () => {
    const message: string = await readRecordFile(several).then(String, ({ message }) => message);
    const [, count, id] = /: (\d+) exams \((\d+),/.exec(message)!;
    expect(Number(count)).toBeGreaterThan(1);
    expect(message).toContain(`name one: '${several}#${id}'`);

    const { ecg, record, duration } = await readRecordFile(`${several}#${id}`);
    expect([ecg.name, record, ecg.fs, ecg.leads.length]).toEqual([id, `${several}#${id}`, 400, 12]);
    expect(ecg.signal.some((lead) => lead[0] !== 0)).toBe(true);
    expect(duration).toBe(ecg.samples / 400);
  });

  test('needs no id where there is but one; an unknown id is refused', async () => {
    expect((await readRecordFile(`${FIXTURES}hdf5/one-exam.hdf5`)).ecg.leads).toHaveLength(12);
    await expect(readRecordFile(`${several}#7`)).rejects.toThrow('no exam "7" among');
  });
});

describe('a file that tells no sampling rate takes it from --fs', () => {
  const rows = Array.from({ length: 8 }, (_, t) => `${t},${2 * t}`);
  const csv = async (name: string, head: string) => {
    await writeFile(join(folder, name), [head, ...rows].join('\n'));
    return join(folder, name);
  };

  test('CSV without a time column', async () => {
    const path = await csv('bare.csv', 'I,II');
    await expect(readRecordFile(path)).rejects.toThrow(/^bare\.csv line 2, fs: no column is called time: give --fs$/);
    const { ecg, duration } = await readRecordFile(path, { fs: 4 });
    expect([ecg.fs, ecg.leads, duration]).toEqual([4, ['I', 'II'], 2]);
  });

  test('NumPy: an array, one exam of several, one array of an archive', async () => {
    const npy = join(folder, 'exams.npy');
    await writeFile(
      npy,
      npyOf([2, 3, 12], (i) => i),
    );
    await expect(readRecordFile(npy)).rejects.toThrow('exams.npy: NumPy files tell no sampling rate: give --fs');
    await expect(readRecordFile(npy, { fs: 100 })).rejects.toThrow(`holds 2 exams; name one: '${npy}#0'`);
    const { ecg } = await readRecordFile(`${npy}#1`, { fs: 100 });
    expect([ecg.fs, ecg.samples, ecg.leads.length, ecg.signal[0][0]]).toEqual([100, 3, 12, 36]);
    await expect(readRecordFile(`${npy}#two`, { fs: 100 })).rejects.toThrow(/index/);
  });

  test("HDF5 of another rate than CODE's", async () => {
    expect((await readRecordFile(`${FIXTURES}hdf5/one-exam.hdf5`, { fs: 250 })).ecg.fs).toBe(250);
  });

  test('EDF and WFDB tell theirs', async () => {
    await writeFile(join(folder, 'a.edf'), '');
    await expect(readRecordFile(join(folder, 'a.edf'), { fs: 100 })).rejects.toThrow('a.edf: tells its sampling rate');
    const record = readRecordFile(`${FIXTURES}challenge/JS00001`, { fs: 100 });
    await expect(record).rejects.toThrow('JS00001: a WFDB record tells its sampling rate itself, without --fs');
  });
});

describe('what is no record is told from one that is missing', () => {
  test.each([
    ['FOLDER', /^records: expected a record, found a folder; name a record in it/],
    ['notes.txt', /^notes\.txt: expected a WFDB record with its header notes\.txt\.hea, or \.edf/],
    ['nothing', /^nothing\.hea: no such file/],
  ])('%s', async (name, message) => {
    const path = join(folder, name === 'FOLDER' ? 'records' : name);
    if (name === 'FOLDER') await mkdir(path);
    else if (name !== 'nothing') await writeFile(path, 'Dear colleague');
    await expect(readRecordFile(path)).rejects.toThrow(message);
  });

  test('the signal file of a record names the record', async () => {
    const { record, ecg } = await readRecordFile(`${FIXTURES}challenge/JS00001.mat`);
    expect([record, ecg.name]).toEqual([`${FIXTURES}challenge/JS00001`, 'JS00001']);
  });
});

/** A little-endian float32 array in NumPy's format 1.0, its numbers by their place. */
function npyOf(shape: number[], value: (place: number) => number): Uint8Array {
  const head = `{'descr': '<f4', 'fortran_order': False, 'shape': (${shape.join(', ')}), }`.padEnd(117);
  const numbers = Float32Array.from({ length: shape.reduce((product, n) => product * n, 1) }, (_, place) =>
    value(place),
  );
  return Buffer.concat([Buffer.from(`\x93NUMPY\x01\x00\x76\x00${head}\n`, 'latin1'), Buffer.from(numbers.buffer)]);
}
