import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Axis, readNpz } from '@heartllm/ecg-io';
import { folderSource } from '@heartllm/ecg-io/node';
import { File as Hdf5File, ready } from 'h5wasm';
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
    await expect(readRecordFile(path)).rejects.toThrow(
      'bare.csv line 2, fs: no column is called time: give --fs, or --time with the name or index of the column',
    );
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
    await expect(readRecordFile(npy, { fs: 100 })).rejects.toThrow(`holds 2 exams: name one: '${npy}##0'`);
    const { ecg } = await readRecordFile(`${npy}#1`, { fs: 100 });
    expect([ecg.fs, ecg.samples, ecg.leads.length, ecg.signal[0][0]]).toEqual([100, 3, 12, 36]);
    expect((await readRecordFile(`${npy}##0`, { fs: 100 })).ecg.signal[0][0]).toBe(0);
    await expect(readRecordFile(`${npy}#two`, { fs: 100 })).rejects.toThrow(
      "expected an index, a whole number from 0, found 'two'",
    );
  });

  test("HDF5 of another rate than CODE's", async () => {
    expect((await readRecordFile(`${FIXTURES}hdf5/one-exam.hdf5`, { fs: 250 })).ecg.fs).toBe(250);
  });

  test('EDF and WFDB tell theirs', async () => {
    await writeFile(join(folder, 'a.edf'), '');
    await expect(readRecordFile(join(folder, 'a.edf'), { fs: 100 })).rejects.toThrow(
      'a.edf: an EDF file tells its sampling rate itself, without --fs',
    );
    const record = readRecordFile(`${FIXTURES}challenge/JS00001`, { fs: 100 });
    await expect(record).rejects.toThrow('JS00001: a WFDB record tells its sampling rate itself, without --fs');
  });
});

describe('what is no record is told from one that is missing', () => {
  test.each([
    ['FOLDER', /^records: expected a record, found a folder; name a record in it/],
    ['notes.txt', /^notes\.txt: holds no samples: expected a column of numbers per lead/],
    ['notes.pdf', /^notes\.pdf: expected a WFDB record with its header notes\.pdf\.hea, or \.edf/],
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

describe('what the library can name in a file, the command line can name', () => {
  test('an array of an archive, an exam in it; an exam by its number', async () => {
    const npz = `${FIXTURES}numpy/arrays.npz`;
    const { ecg } = await readRecordFile(`${npz}#exams#2`, { fs: 500 });
    const same = await readNpz(folderSource(`${FIXTURES}numpy`), 'arrays.npz', { array: 'exams', index: 2, fs: 500 });
    expect([ecg.name, ecg.signal]).toEqual(['arrays-2', same.signal]);
    await expect(readRecordFile(`${npz}#exams`, { fs: 500 })).rejects.toThrow('the array holds 3 exams: name one');
    const exams = `${FIXTURES}hdf5/gzip-shuffle-cut.hdf5`;
    const byNumber = await readRecordFile(`${exams}##1`);
    expect((await readRecordFile(`${exams}#${byNumber.ecg.name}`)).ecg.signal).toEqual(byNumber.ecg.signal);
  });

  test('datasets, axes and ids of HDF5', async () => {
    const path = join(folder, 'other.h5');
    const data = Int16Array.from({ length: 2 * 3 * 4 }, (_, i) => 1000 * i);
    await writeFile(
      path,
      await hdf5Of([
        { name: 'ecg', data, shape: [2, 3, 4] },
        { name: 'who', data: ['a', 'b'] },
      ]),
    );
    const options = { tracings: 'ecg', ids: 'who', axes: ['exam', 'lead', 'sample'] as Axis[], fs: 250 };
    const { ecg } = await readRecordFile(`${path}#b`, {
      ...options,
      leads: ['I', 'II', 'V1'],
      gain: 1000,
      units: 'mV',
    });
    expect([ecg.name, ecg.fs, ecg.leads, ecg.units[0]]).toEqual(['b', 250, ['I', 'II', 'V1'], 'mV']);
    expect(Array.from(ecg.signal[2])).toEqual([20, 21, 22, 23]);
    expect((await readRecordFile(`${path}##1`, { ...options, ids: 'none' })).ecg.name).toBe('other-1');
    await expect(readRecordFile(path, { fs: 250 })).rejects.toThrow(
      'other.h5: has no dataset "tracings" (--tracings names another); it has "ecg", "who"',
    );
  });

  test('names, unit, gain, time and delimiter of a table', async () => {
    const path = join(folder, 'table.txt');
    await writeFile(path, 'when;a;b\n0;0,5;1500\n2;1,5;2500\n');
    const given = { time: 'when', fs: 500, leads: ['II', 'V1'], units: 'uV', gain: 0.5 };
    const { ecg } = await readRecordFile(path, given);
    expect([ecg.leads, ecg.units, ecg.signal]).toEqual([
      ['II', 'V1'],
      ['uV', 'uV'],
      [Float32Array.of(1, 3), Float32Array.of(3000, 5000)],
    ]);
    expect((await readRecordFile(path, { time: '0', delimiter: ';' })).ecg.meta.warnings).toContain(
      'table: no unit is named, and values up to 2500 cannot be mV: give --units',
    );
  });

  test('signals of WFDB and EDF, by name or index', async () => {
    const wfdb = `${FIXTURES}challenge/JS00001`;
    expect((await readRecordFile(wfdb, { leads: ['V2', '0'] })).ecg.leads).toEqual(['V2', 'I']);
    const edf = `${FIXTURES}edf/test_generator_2.edf`;
    expect((await readRecordFile(edf, { leads: ['ecg', '1'] })).ecg.leads).toEqual(['ECG', 'ramp']);
    await expect(readRecordFile(edf, { units: 'mV' })).rejects.toThrow(
      'test_generator_2.edf, units: every signal tells its unit itself',
    );
    await expect(readRecordFile(edf, { gain: 2 })).rejects.toThrow('an EDF file tells its gain itself, without --gain');
    await expect(readRecordFile(edf, { tracings: 'x' })).rejects.toThrow('an EDF file has no use for --tracings');
  });

  test.each([
    ['WFDB', 'challenge/JS00001', 500, 5000],
    ['EDF', 'edf/test_generator_2.edf', 200, 1000],
    ['HDF5', 'hdf5/one-exam.hdf5', 400, 2934],
  ])('seconds of %s', async (_kind, name, fs, samples) => {
    const whole = await readRecordFile(FIXTURES + name);
    const part = await readRecordFile(FIXTURES + name, { from: 1.5, to: 3 });
    expect([part.ecg.samples, part.duration]).toEqual([1.5 * fs, 1.5]);
    expect(part.ecg.signal).toEqual(whole.ecg.signal.map((lead) => lead.slice(1.5 * fs, 3 * fs)));
    expect((await readRecordFile(FIXTURES + name, { from: 1 })).ecg.samples).toBe(samples - fs);
    const end = Number((samples / fs).toFixed(3));
    await expect(readRecordFile(FIXTURES + name, { from: 99 })).rejects.toThrow(
      `from: expected 0 to ${end} s, found 99`,
    );
    await expect(readRecordFile(FIXTURES + name, { from: 2, to: 1 })).rejects.toThrow(
      `to: expected 2 to ${end} s, found 1`,
    );
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

/** An HDF5 file with the given datasets. */
async function hdf5Of(datasets: Parameters<Hdf5File['create_dataset']>[0][]): Promise<Uint8Array> {
  const { FS } = await ready;
  const file = new Hdf5File('/other.h5', 'w');
  for (const dataset of datasets) file.create_dataset(dataset);
  file.close();
  return FS.readFile('/other.h5');
}
