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

describe('what is no record is told from one that is missing', () => {
  test.each([
    ['FOLDER', /^records: expected a record, found a folder; name a record in it/],
    ['exam.npy', /^exam\.npy: NumPy files tell no sampling rate/],
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
