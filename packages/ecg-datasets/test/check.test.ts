import { type CheckReport, checkDataset, recogniseDataset } from '@heartllm/ecg-datasets';
import { memorySource } from '@heartllm/ecg-io';
import { testFiles } from '@heartllm/testing';
import { describe, expect, test } from 'vitest';
import { wfdbFiles } from './helpers/wfdb.ts';

type Content = Record<string, string | Uint8Array>;

const fixtures = testFiles(import.meta.url, './fixtures/');
const text = async (path: string) => new TextDecoder().decode(await fixtures.read(path));

async function check(files: Content, stopAfter = Number.POSITIVE_INFINITY) {
  const stop = new AbortController();
  let report: CheckReport | undefined;
  const progress: [string, number, number][] = [];
  for await (const event of checkDataset(memorySource(files), Object.keys(files), { signal: stop.signal })) {
    if (event.type === 'report') report = event.report;
    else {
      progress.push([event.what, event.done, event.total]);
      if (progress.length >= stopAfter) stop.abort();
    }
  }
  return { report: report!, progress };
}

/** PTB-XL with its first five rows, three of which have their 500 Hz recording. */
async function ptbxl(): Promise<Content> {
  const rows = (await text('ptbxl/ptbxl_database.csv')).split('\n').slice(0, 6);
  return {
    'ptbxl_database.csv': `${rows.join('\n')}\n`,
    'scp_statements.csv': await text('ptbxl/scp_statements.csv'),
    ...wfdbFiles('records500/00000/00001_hr'),
    ...wfdbFiles('records500/00000/00002_hr'),
    ...wfdbFiles('records500/00000/00003_hr'),
  };
}

describe('recogniseDataset', () => {
  test.each([
    [['ptbxl_database.csv', 'records500/00000/00001_hr.hea'], 'ptb-xl'],
    [['record_list.csv', 'files/p1000/p10000032/s40689238/40689238.hea'], 'mimic-iv-ecg'],
    [['exams.csv', 'exams_part0.hdf5'], 'code-15'],
    [['RECORDS', 'ludb.csv', 'data/1.hea'], 'ludb'],
    [['g1/JS00001.hea', 'g1/JS00001.mat'], 'wfdb'],
    [['ecgqa/ptbxl/template/train/000000.json'], 'ecg-qa'],
    [['paraphrased/test.json'], 'ecg-qa'],
    [['dataset/ecgqa/ptbxl/template_train_background.json'], 'heartllm'],
    [['report/mimic-iv-ecg/train.json'], 'heartllm'],
    [['readme.txt', 'sub/ptbxl_database.csv', 'sub/records500/00000/00001_hr.hea'], undefined],
    [['ludb.csv', 'copy/ludb.csv'], 'ludb'],
  ])('%j is %s', (files, dataset) => expect(recogniseDataset(files)).toBe(dataset));
});

describe('checkDataset', () => {
  test('counts rows, patients, folds and recordings of PTB-XL, and names what is missing by its row', async () => {
    const { report, progress } = await check(await ptbxl());
    expect(report).toEqual({
      dataset: 'ptb-xl',
      tables: [{ file: 'ptbxl_database.csv', rows: 5, wrongRows: 0 }],
      recordings: [
        { name: 'records500', listed: 5, intact: 3, missing: 2, damaged: 0 },
        { name: 'records100', listed: 5, intact: 0, missing: 5, damaged: 0 },
      ],
      patients: 5,
      folds: { 2: 1, 3: 1, 5: 2, 9: 1 },
      missing: [
        { file: 'ptbxl_database.csv', line: 5, message: 'records500/00000/00010_hr is missing' },
        { file: 'ptbxl_database.csv', line: 6, message: 'records500/00000/00192_hr is missing' },
        { file: 'records100', message: 'none of its 5 recordings is there' },
      ],
      damaged: [],
      stopped: false,
    });
    expect(progress.at(-1)).toEqual(['recordings', 10, 10]);
  });

  test('a cut signal file, a wrong checksum, a lost header and a lost signal file are damage', async () => {
    const files = await ptbxl();
    const at = (number: number, suffix: string) => `records500/00000/0000${number}_hr.${suffix}`;
    files[at(1, 'dat')] = (files[at(1, 'dat')] as Uint8Array).subarray(0, 239);
    files[at(2, 'dat')] = (files[at(2, 'dat')] as Uint8Array).map((byte, i) => (i === 100 ? byte ^ 1 : byte));
    delete files[at(3, 'hea')];
    Object.assign(files, wfdbFiles('records500/00000/00010_hr'));
    delete files['records500/00000/00010_hr.dat'];
    const { report } = await check(files);
    expect(report.recordings[0]).toEqual({ name: 'records500', listed: 5, intact: 0, missing: 1, damaged: 4 });
    const found = report.damaged.map(({ file, line, message }) => `${file} ${line}: ${message}`);
    expect(found).toHaveLength(4);
    expect(found[0]).toMatch(/^records500\/00000\/00001_hr\.dat undefined: .*truncated: expected 240 bytes/);
    expect(found[1]).toMatch(/^records500\/00000\/00002_hr\.hea 4: the checksum of signal 2 .* the header says 20$/);
    expect(found[2]).toBe('records500/00000/00003_hr.dat undefined: its header is missing');
    expect(found[3]).toMatch(/^records500\/00000\/00010_hr\.hea 2: records500\/00000\/00010_hr\.dat is missing$/);
  });

  test('a wrong row and a patient in two folds are damage', async () => {
    const files = await ptbxl();
    const table = (files['ptbxl_database.csv'] as string).split('\n');
    table[1] = table[1].replace(',3,records100', ',0,records100');
    table[3] = table[3].replace('3,20372.0', '3,13243.0'); // the patient of the second row
    files['ptbxl_database.csv'] = table.join('\n');
    const { report } = await check(files);
    expect(report.tables).toEqual([{ file: 'ptbxl_database.csv', rows: 4, wrongRows: 1 }]);
    expect(report.damaged).toEqual([
      {
        file: 'ptbxl_database.csv',
        line: 2,
        message: 'column strat_fold: expected a whole number from 1 to 10, found "0"',
      },
      { file: 'ptbxl_database.csv', line: 4, message: 'its patient is in fold 5 and in fold 2' },
    ]);
  });

  test('without its second table PTB-XL cannot be read, and the report says so', async () => {
    const { 'scp_statements.csv': _, ...files } = await ptbxl();
    const { report } = await check(files);
    expect(report.damaged).toEqual([
      { file: 'scp_statements.csv', message: 'is missing, and nothing can be read without it' },
    ]);
  });

  test('stopped it ends with a report of what it has seen', async () => {
    const { report, progress } = await check(await ptbxl(), 2);
    expect(progress).toHaveLength(2);
    expect(report).toMatchObject({ stopped: true, tables: [{ rows: 5 }] });
    expect(report.recordings).toEqual([{ name: 'records500', listed: 2, intact: 2, missing: 0, damaged: 0 }]);
  });

  test('MIMIC-IV-ECG has a table of measurements that may be missing', async () => {
    const list = await text('mimic-iv-ecg/record_list.csv');
    const path = 'files/p1020/p10207241/s44626813/44626813';
    const files: Content = { 'record_list.csv': list, ...wfdbFiles(path) };
    const { report } = await check(files);
    expect(report.recordings).toEqual([{ name: 'files', listed: 12, intact: 1, missing: 11, damaged: 0 }]);
    expect(report.missing[0].file).toBe('machine_measurements.csv');
    files['machine_measurements.csv'] = await text('mimic-iv-ecg/machine_measurements.csv');
    expect((await check(files)).report.tables).toEqual([
      { file: 'machine_measurements.csv', rows: 12, wrongRows: 0 },
      { file: 'record_list.csv', rows: 12, wrongRows: 0 },
    ]);
  });

  test('LUDB has an annotation file per lead', async () => {
    const files: Content = { 'ludb.csv': await text('ludb/ludb.csv'), ...wfdbFiles('data/1') };
    for (const lead of ['i', 'ii', 'iii', 'avr', 'avl', 'avf', 'v1', 'v2', 'v3', 'v4', 'v5']) {
      files[`data/1.${lead}`] = new Uint8Array(2); // an end mark, no annotation
    }
    const { report } = await check(files);
    expect(report.recordings).toEqual([{ name: 'data', listed: 9, intact: 1, missing: 8, damaged: 0 }]);
    expect(report.missing.map(({ file }) => file).filter((file) => file.startsWith('data'))).toEqual(['data/1.v6']);
    expect(report.damaged).toEqual([]);
    files['data/1.v1'] = new Uint8Array([0, 0xec]); // a skip without its four bytes
    expect((await check(files)).report.damaged.map(({ file }) => file)).toEqual(['data/1.v1']);
  });

  test('headers with #Dx are the Challenge, others plain WFDB; what RECORDS lists has to be there', async () => {
    const files: Content = { RECORDS: 'a\nb\n', ...wfdbFiles('a') };
    expect((await check(files)).report).toMatchObject({
      dataset: 'wfdb',
      recordings: [{ name: '.', listed: 2, intact: 1, missing: 1, damaged: 0 }],
      missing: [{ file: 'RECORDS', message: 'b is missing' }],
    });
    files['a.hea'] += '# Dx: 426783006\n';
    expect((await check(files)).report.dataset).toBe('challenge');
  });

  test('a cut HDF5 file of CODE-15% is one problem, not one for each of its exams', async () => {
    const superblock = new Uint8Array(96); // version 0, 8 bytes per address, end of file at 96
    superblock.set([0x89, 0x48, 0x44, 0x46, 0x0d, 0x0a, 0x1a, 0x0a]);
    superblock[13] = 8;
    superblock[40] = 96;
    const files: Content = {
      'exams.csv': await text('code15/exams.csv'),
      'exams_part12.hdf5': superblock.subarray(0, 95),
      'exams_part14.hdf5': 'no HDF5',
    };
    const { report } = await check(files);
    expect(report.damaged).toEqual([
      { file: 'exams_part12.hdf5', message: 'truncated: expected 96 bytes, found 95' },
      { file: 'exams_part14.hdf5', message: 'expected an HDF5 file, found other bytes' },
    ]);
    const counts = Object.fromEntries(report.recordings.map(({ name, ...rest }) => [name, rest]));
    expect(counts['exams_part12.hdf5']).toEqual({ listed: 2, intact: 0, missing: 0, damaged: 2 });
    expect(counts['exams_part0.hdf5']).toEqual({ listed: 1, intact: 0, missing: 1, damaged: 0 });
  });

  test('lists are counted by question type; wrong entries, and patients in two parts, are damage', async () => {
    const list = async (part: string) => text(`heartllm/report/ptbxl/${part}.json`);
    const files: Content = {
      'report/ptbxl/train.json': await list('train'),
      'report/ptbxl/test.json': await list('test'),
      'ecgqa/ptbxl/template_train_background.json': await text('heartllm/ecgqa/ptbxl/template_train_background.json'),
    };
    const { report } = await check(files);
    expect(report).toMatchObject({ dataset: 'heartllm', questions: { 'single-verify': 2 }, damaged: [] });
    expect(report.tables.map(({ rows }) => rows)).toEqual([2, 2, 2]);

    files['report/ptbxl/test.json'] = (await list('test')).replace('"patient_id": 13375.0', '"patient_id": 15709.0');
    files['ecgqa/ptbxl/template_train_background.json'] = '{}';
    const { report: worse } = await check(files);
    expect(worse.damaged).toEqual([
      {
        file: 'ecgqa/ptbxl/template_train_background.json',
        line: 1,
        message: 'expected a list of objects in JSON',
      },
      { file: 'report/ptbxl/train.json', line: 2, message: 'its ECG or patient is in test as well' },
    ]);
  });

  test("ECG-QA's pieces are read as lists", async () => {
    const name = 'template/train/000000.json';
    const { report } = await check({ [name]: await text(`ecg-qa/${name}`) });
    expect(report).toMatchObject({
      dataset: 'ecg-qa',
      questions: { 'comparison_irrelevant-query': 3, 'single-verify': 5 },
      tables: [{ file: name, rows: 8, wrongRows: 0 }],
    });
  });

  test('a name or a date in a header is not repeated', async () => {
    const files: Content = { ...wfdbFiles('a'), ...wfdbFiles('b') };
    files['a.hea'] = 'a 12 500 Jane-Doe-1970-01-01\n';
    files['b.hea'] = 'b 12 Jane 10\n';
    const { report } = await check(files);
    expect(report.damaged).toHaveLength(2);
    expect(JSON.stringify(report)).not.toMatch(/Jane|1970/);
  });

  test('a folder that holds none of them is an error', async () => {
    await expect(check({ 'readme.txt': '' })).rejects.toThrow(/expected a data set .* among 1 files/);
    const above = { 'files/ptb-xl/ptbxl_database.csv': '', 'files/ludb/ludb.csv': '', 'files/ludb/data/1.hea': '' };
    await expect(check(above)).rejects.toThrow(/found 2 of them below: files\/ludb, files\/ptb-xl$/);
  });
});
