import {
  backgroundOf,
  type DatasetError,
  type EcgRow,
  listedRecords,
  mimicRecordPaths,
  readChallenge,
  readCode15,
  readLudb,
  readMimicIvEcg,
  readPtbxl,
  readRecording,
  withRecordings,
} from '@heartllm/ecg-datasets';
import { memorySource } from '@heartllm/ecg-io';
import { testFiles } from '@heartllm/testing';
import { describe, expect, test } from 'vitest';
import { all } from './helpers/all.ts';
import { wfdbFiles } from './helpers/wfdb.ts';

const fixture = (folder: string) => testFiles(import.meta.url, `./fixtures/${folder}/`);
const text = async (path: string) => new TextDecoder().decode(await fixture('.').read(path));

describe('PTB-XL', () => {
  test('a row has the labels in words, the original report and both rates', async () => {
    const [row] = await all(readPtbxl(fixture('ptbxl')));
    expect(row).toMatchObject({
      dataset: 'ptb-xl',
      recording: { format: 'wfdb', path: 'records500/00000/00001_hr' },
      age: 56,
      sex: 'female',
      weight: 63,
      labels: [
        { code: 'NORM', name: 'normal ECG', likelihood: 100 },
        { code: 'LVOLT', name: 'low QRS voltages in the frontal and horizontal leads' }, // 0 is "not known"
        { code: 'SR', name: 'sinus rhythm' },
      ],
      report: 'sinusrhythmus periphere niederspannung',
      fold: 3,
      file: 'ptbxl_database.csv',
      line: 2,
    });
    expect([row.identity.ecg, row.identity.patient]).toEqual(['1', '15709']);
    const [low] = await all(readPtbxl(fixture('ptbxl'), { rate: 100 }));
    expect(low.recording.path).toBe('records100/00000/00001_lr');
  });

  test('a wrong cell is named by file, line and column; the other rows come all the same', async () => {
    const table = (await text('ptbxl/ptbxl_database.csv')).split('\n');
    table[2] = table[2].replace(',2,records100', ',12,records100');
    table[3] = table[3].replace("{'NORM': 100.0", "{'NOMR': 100.0");
    const files = {
      'ptbxl_database.csv': table.join('\n'),
      'scp_statements.csv': await text('ptbxl/scp_statements.csv'),
    };
    await expect(all(readPtbxl(memorySource(files)))).rejects.toThrow(
      'ptbxl_database.csv line 3, column strat_fold: expected a whole number from 1 to 10, found "12"',
    );
    const problems: DatasetError[] = [];
    const rows = await all(readPtbxl(memorySource(files), { onProblem: (problem) => problems.push(problem) }));
    expect(rows).toHaveLength(108);
    expect(problems.map(({ line, field }) => [line, field])).toEqual([
      [3, 'column strat_fold'],
      [4, 'column scp_codes'],
    ]);
  });
});

describe('MIMIC-IV-ECG', () => {
  test('paths, the report of the machine and measurements come from two tables', async () => {
    const rows = await all(readMimicIvEcg(fixture('mimic-iv-ecg')));
    expect(rows).toHaveLength(12);
    expect(rows[0]).toMatchObject({
      dataset: 'mimic-iv-ecg',
      recording: { format: 'wfdb', path: 'files/p1020/p10207241/s44626813/44626813' },
      report:
        'Atrial fibrillation with rapid ventricular response. Inferior/lateral ST-T changes are nonspecific. Abnormal ECG.',
      measurements: {}, // 29999 is "not measured"
    });
    expect([rows[0].identity.ecg, rows[0].identity.patient]).toEqual(['44626813', '10207241']);
    expect(new Set(rows.map((row) => row.report)).size).toBe(12);
  });

  test('the tables may name the ECGs in another order, and the second one may lack some or be missing', async () => {
    const list = await text('mimic-iv-ecg/record_list.csv');
    const [header, ...lines] = (await text('mimic-iv-ecg/machine_measurements.csv')).trimEnd().split('\n');
    const expected = await all(readMimicIvEcg(fixture('mimic-iv-ecg')));
    const read = (measured: string[]) =>
      all(
        readMimicIvEcg(
          memorySource({ 'record_list.csv': list, 'machine_measurements.csv': [header, ...measured].join('\n') }),
        ),
      );
    expect(await read(lines.toReversed())).toEqual(expected);
    expect((await read(lines.slice(1).toReversed())).map((row) => row.report)).toEqual(
      expected.map((row, i) => (i === 0 ? '' : row.report)),
    );
    const alone = await all(readMimicIvEcg(memorySource({ 'record_list.csv': list })));
    expect(alone.map((row) => row.recording)).toEqual(expected.map((row) => row.recording));
  });

  test('a measured number is kept by the name of its column', async () => {
    const list = await text('mimic-iv-ecg/record_list.csv');
    const table = (await text('mimic-iv-ecg/machine_measurements.csv')).replace(
      ',,29999,29999,,,,,,',
      ',659,40,29999,170,264,414,-13,7,41',
    );
    const [row] = await all(
      readMimicIvEcg(memorySource({ 'record_list.csv': list, 'machine_measurements.csv': table })),
    );
    expect(row.measurements).toEqual({
      rr_interval: 659,
      p_onset: 40,
      qrs_onset: 170,
      qrs_end: 264,
      t_end: 414,
      p_axis: -13,
      qrs_axis: 7,
      t_axis: 41,
    });
  });

  test('its leads, aVR aVF aVL in the file, come in the order of PTB-XL', async () => {
    const [row] = await all(readMimicIvEcg(fixture('mimic-iv-ecg')));
    const record = await readRecording(memorySource(wfdbFiles(row.recording.path)), row);
    expect(record.leads).toEqual(['I', 'II', 'III', 'aVR', 'aVL', 'aVF', 'V1', 'V2', 'V3', 'V4', 'V5', 'V6']);
    expect(record.signal.map((lead) => lead[0])).toEqual([0, 1, 2, 3, 5, 4, 6, 7, 8, 9, 10, 11]);
  });

  test('paths are found by study', async () => {
    const paths = await mimicRecordPaths(fixture('mimic-iv-ecg'));
    expect(paths.get(44626813)).toBe('files/p1020/p10207241/s44626813/44626813');
    expect(paths.size).toBe(12);
  });
});

describe('CODE-15%', () => {
  test('a row has its diagnoses, and says in which file the exam is', async () => {
    const rows = await all(readCode15(fixture('code15')));
    expect(rows).toHaveLength(10);
    expect(rows[0]).toMatchObject({
      recording: { format: 'hdf5', path: 'exams_part11.hdf5', exam: 438277 },
      age: 46,
      sex: 'male',
      labels: [{ code: '1dAVb', name: 'first degree AV block' }],
      report: '',
    });
    expect(rows[2].sex).toBe('female');
    expect(rows[0].identity.patient).toBe('185323');
  });
});

describe('LUDB', () => {
  test('cells over several lines become labels, the header gives the report in its own spelling', async () => {
    const missing: DatasetError[] = [];
    const rows = await all(readLudb(fixture('ludb'), { onProblem: (problem) => missing.push(problem) }));
    expect(rows.map((row) => row.line)).toEqual([2, 6, 10, 15, 21, 24, 30, 39, 46]);
    expect(rows[0]).toMatchObject({
      recording: { path: 'data/1' },
      age: 51,
      sex: 'female',
      report:
        'Rhythm: Sinus bradycardia. Electric axis of the heart: left axis deviation. Left ventricular hypertrophy. Left ventricular overload. Non-specific repolarization abnormalities: posterior wall.',
    });
    expect(rows[0].labels.filter(({ code }) => code === 'Hypertrophies').map(({ name }) => name)).toEqual([
      'Left ventricular overload',
      'Left ventricular hypertrophy',
    ]);
    expect(rows[7].report).toContain('supp.NSTEMI: apical.');
    expect(rows[8].age).toBe('over 89');
    expect(missing.map(({ file }) => file)).toEqual([
      'data/3.hea',
      'data/4.hea',
      'data/5.hea',
      'data/6.hea',
      'data/7.hea',
    ]);
  });
});

/** The fixtures; a page could not fetch RECORDS, which has no suffix, from the test server. */
const HEADERS = ['A0001', 'E00003', 'E07500', 'JS00001', 'Q0001', 'S0001'];

describe('the Challenge', () => {
  test('ages, sexes and SNOMED codes come from the comments, however they are spelled', async () => {
    const rows = await all(readChallenge(fixture('challenge'), { records: HEADERS }));
    const row = (name: string) => rows.find(({ recording }) => recording.path === name);
    expect(rows).toHaveLength(6);
    expect(row('JS00001')).toMatchObject({
      age: 85,
      sex: 'male',
      labels: [
        { code: '164889003', name: 'atrial fibrillation' },
        { code: '59118001', name: 'right bundle branch block' },
        { code: '164934002', name: 't wave abnormal' },
      ],
    });
    expect(row('E07500')?.labels.map(({ name }) => name)).toEqual(['left atrial enlargement', 'sinus bradycardia']); // '# Dx:'
    expect(row('S0001')).toMatchObject({ age: 81, sex: 'female', labels: [] }); // '#Sex: female', '#Dx: '
    expect(row('E00003')).not.toHaveProperty('age'); // NaN
  });

  test('RECORDS may name folders, not for ever', async () => {
    const source = memorySource({ RECORDS: 'a/\nb/c/\r\n', 'a/RECORDS': 'A1\nA2.mat\n', 'b/c/RECORDS': 'B1.hea' });
    expect(await all(listedRecords(source))).toEqual(['a/A1', 'a/A2', 'b/c/B1']);
    const circle = memorySource({ RECORDS: './\n' });
    await expect(all(listedRecords(circle))).rejects.toThrow(/folders at most 8 deep/);
    await expect(all(listedRecords(memorySource({})))).rejects.toThrow('RECORDS: expected a list of records (missing)');
  });

  test('a header that is missing or wrong is reported, the others come', async () => {
    const good = await text('challenge/JS00001.hea');
    const source = memorySource({ RECORDS: 'bad\ngone\ngood\n', 'bad.hea': 'bad twelve\n', 'good.hea': good });
    const problems: DatasetError[] = [];
    const rows = await all(readChallenge(source, { onProblem: (problem) => problems.push(problem) }));
    expect(rows.map(({ file }) => file)).toEqual(['good.hea']);
    expect(problems.map(({ file }) => file)).toEqual(['bad.hea', 'gone.hea']);
    await expect(all(readChallenge(source))).rejects.toThrow(/^bad\.hea line 1/);
  });
});

describe('recordings', () => {
  test('a row whose file is missing is reported with the line that names it, and is not fatal', async () => {
    const rows = await all(readPtbxl(fixture('ptbxl')));
    const source = memorySource(wfdbFiles(rows[1].recording.path));
    const missing: DatasetError[] = [];
    const there = await all(withRecordings(rows.slice(0, 3), source, (problem) => missing.push(problem)));
    expect(there).toEqual([rows[1]]);
    expect(missing.map(({ message }) => message)).toEqual([
      'ptbxl_database.csv line 2: its recording records500/00000/00001_hr is missing',
      'ptbxl_database.csv line 4: its recording records500/00000/00003_hr is missing',
    ]);
    await expect(readRecording(source, rows[0])).rejects.toThrow('line 2: its recording');
  });

  test('no age above 89 is told apart', async () => {
    const rows: EcgRow[] = await all(readPtbxl(fixture('ptbxl')));
    for (const { age } of rows.map(backgroundOf)) {
      expect(age === undefined || age === 'over 89' || age <= 89).toBe(true);
    }
    expect(rows.some(({ age }) => age === 'over 89')).toBe(true); // 300 in the table
  });
});
