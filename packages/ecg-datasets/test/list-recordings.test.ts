import {
  type DatasetError,
  listRecordings,
  type ReaderOptions,
  readCode15,
  readLudb,
  readMimicIvEcg,
  readPtbxl,
} from '@heartllm/ecg-datasets';
import { memorySource, type Source } from '@heartllm/ecg-io';
import { testFiles } from '@heartllm/testing';
import { describe, expect, test } from 'vitest';
import { readMachineMeasurements } from '../src/mimic/measurements.ts';
import { all } from './helpers/all.ts';

const fixture = (folder: string) => testFiles(import.meta.url, `./fixtures/${folder}/`);

test.each([
  ['ptb-xl', 'ptbxl', readPtbxl],
  ['mimic-iv-ecg', 'mimic-iv-ecg', readMimicIvEcg],
  ['code-15', 'code15', readCode15],
  ['ludb', 'ludb', (source: Source) => readLudb(source, { onProblem: () => {} })],
] as const)('%s: the recordings of its rows, in their order', async (dataset, folder, reader) => {
  const rows = await all(reader(fixture(folder)));
  const listed = await all(listRecordings(fixture(folder), dataset, []));
  expect(listed.length).toBeGreaterThan(0);
  expect(listed.map(({ recording, fold, file, line }) => ({ recording, fold, file, line }))).toEqual(
    rows.map(({ recording, fold, file, line }) => ({ recording, fold, file, line })),
  );
});

test('records without a table are listed by their headers, sorted; lists of questions have none', async () => {
  const source = memorySource({});
  const listed = await all(listRecordings(source, 'wfdb', ['b/2.hea', 'b/2.dat', 'a/10.hea', 'note.txt']));
  expect(listed.map(({ recording }) => recording.path)).toEqual(['a/10', 'b/2']);
  expect(() => listRecordings(source, 'ecg-qa', [])).toThrow('expected a data set of recordings, found ecg-qa');
});

describe('a multi-segment record is one recording, with a RECORDS file and without', () => {
  const master = 'r1/3 1 500 4\nr1_layout 0\nr1_0001 2\nsub/r1_0002 2\n';
  const segment = (name: string, length = 2) => `${name} 1 500 ${length}\n${name}.dat 16 200\n`;
  const files: Record<string, string> = {
    'd/r1.hea': master,
    'd/r1_layout.hea': segment('r1_layout', 0),
    'd/r1_0001.hea': segment('r1_0001'),
    'd/sub/r1_0002.hea': segment('r1_0002'),
    'd/other.hea': segment('other'),
    'broken.hea': 'broken/2 oops',
  };
  const paths = async (more: Record<string, string>) => {
    const all_ = { ...files, ...more };
    const listed = await all(listRecordings(memorySource(all_), 'wfdb', Object.keys(all_)));
    return listed.map(({ recording, file }) => `${recording.path} ${file}`);
  };

  test.each([
    ['no RECORDS', {}],
    ['the record alone', { RECORDS: 'd/r1\n' }],
    ['twice, and in two spellings', { RECORDS: './d/r1\nd/r1\nd/r1.hea\n' }],
    ['in a folder', { RECORDS: 'd/\n./d/\n', 'd/RECORDS': 'r1\nother\n' }],
  ])('%s', async (_, more) => {
    expect(await paths(more)).toEqual(['broken broken.hea', 'd/other d/other.hea', 'd/r1 d/r1.hea']);
  });

  test('what RECORDS lists is a record, and so is what is not there', async () => {
    expect(await paths({ RECORDS: 'd/r1\nd/r1_0001\nnone\nd/other\nbroken\n' })).toEqual([
      'broken broken.hea',
      'd/other d/other.hea',
      'd/r1 d/r1.hea',
      'd/r1_0001 d/r1_0001.hea',
      'none RECORDS',
    ]);
  });

  test('no header is read where RECORDS lists them all', async () => {
    const { size, read } = memorySource({ RECORDS: 'a\nb\n', 'a.hea': '', 'b.hea': '' });
    const reads: string[] = [];
    const source: Source = {
      size,
      read(path, start, end) {
        reads.push(path);
        return read(path, start, end);
      },
    };
    const listed = await all(listRecordings(source, 'challenge', ['RECORDS', 'a.hea', 'b.hea']));
    expect(listed.map(({ recording }) => recording.path)).toEqual(['a', 'b']);
    expect(reads).toEqual(['RECORDS']);
  });
});

test("PTB-XL's recordings need its table only, and no label in it", async () => {
  const table = 'ecg_id,scp_codes,strat_fold,filename_hr\n1,{oops,3,a\n2,{},11,b\n3,{},4,\n4,{},5,d\n';
  const problems: DatasetError[] = [];
  const onProblem = (problem: DatasetError) => problems.push(problem);
  const listed = await all(listRecordings(memorySource({ 'ptbxl_database.csv': table }), 'ptb-xl', [], { onProblem }));
  expect(listed.map(({ recording, fold }) => [recording.path, fold])).toEqual([
    ['a', 3],
    ['d', 5],
  ]);
  expect(problems.map(({ message }) => message)).toEqual([
    'ptbxl_database.csv line 3, column strat_fold: expected a whole number from 1 to 10, found "11"',
    'ptbxl_database.csv line 4, column filename_hr: expected the path of a record, found 0 other characters',
  ]);
});

describe('a row of an ECG or a recording that came before', () => {
  const text = async (path: string) =>
    new TextDecoder().decode(await testFiles(import.meta.url, './fixtures/').read(path));
  /** The table with its second row once more at its end, on the line that is returned. */
  async function repeated(path: string): Promise<{ table: string; line: number }> {
    const rows = (await text(path)).trimEnd().split('\n');
    return { table: [...rows, rows[2], ''].join('\n'), line: rows.length + 1 };
  }

  test.each([
    ['code15/exams.csv', 'column exam_id', readCode15],
    ['mimic-iv-ecg/record_list.csv', 'column study_id', readMimicIvEcg],
    ['mimic-iv-ecg/machine_measurements.csv', 'column study_id', readMachineMeasurements],
    ['ptbxl/ptbxl_database.csv', 'column ecg_id', readPtbxl],
    [
      'ptbxl/ptbxl_database.csv',
      'column filename_hr',
      (source: Source, options: ReaderOptions) => listRecordings(source, 'ptb-xl', [], options),
    ],
  ])('%s: is left out and reported without its number', async (path, field, reader) => {
    const { table, line } = await repeated(path);
    const [folder, file] = path.split('/');
    const rest: Record<string, string> =
      folder === 'ptbxl' ? { 'scp_statements.csv': await text('ptbxl/scp_statements.csv') } : {};
    const source = memorySource({ [file]: table, ...rest });
    const problems: DatasetError[] = [];
    const rows = await all<object>(reader(source, { onProblem: (problem) => problems.push(problem) }));
    const clean = memorySource({ [file]: await text(path), ...rest });
    expect(rows).toHaveLength((await all<object>(reader(clean, {}))).length);
    expect(problems.map(({ message }) => message)).toEqual([
      expect.stringMatching(
        new RegExp(
          `^${file} line ${line}, ${field}: expected a value that no other row has, found \\d+ other characters$`,
        ),
      ),
    ]);
  });

  test('LUDB, whose cells hold several lines', async () => {
    const table = await text('ludb/ludb.csv');
    const second = table.slice(table.indexOf('\n') + 1).replace(/^\d+/, '7');
    const problems: DatasetError[] = [];
    const source = memorySource({ 'ludb.csv': `${table.trimEnd()}\n${second}${second}` });
    await all(listRecordings(source, 'ludb', [], { onProblem: (problem) => problems.push(problem) }));
    expect(problems.length).toBeGreaterThan(0);
    for (const { field } of problems) expect(field).toBe('column ID');
  });

  test('two ECGs of one recording are refused as well', async () => {
    const table = 'ecg_id,scp_codes,strat_fold,filename_hr\n1,{},3,a\n2,{},3,a\n';
    await expect(all(listRecordings(memorySource({ 'ptbxl_database.csv': table }), 'ptb-xl', []))).rejects.toThrow(
      'ptbxl_database.csv line 3, column filename_hr: expected a value that no other row has, found 1 other characters',
    );
  });
});
