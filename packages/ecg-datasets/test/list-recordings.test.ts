import {
  type DatasetError,
  listRecordings,
  readCode15,
  readLudb,
  readMimicIvEcg,
  readPtbxl,
} from '@heartllm/ecg-datasets';
import { memorySource, type Source } from '@heartllm/ecg-io';
import { testFiles } from '@heartllm/testing';
import { expect, test } from 'vitest';
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
