import {
  type DatasetError,
  type EcgQaQuestion,
  ecgQaFiles,
  mimicRecordPaths,
  parseBackground,
  ptbxlRecordPath,
  QUESTION_TYPES,
  readEcgQa,
  readEcgQaSplit,
  readHeartLlmQuestions,
  readHeartLlmReports,
} from '@heartllm/ecg-datasets';
import { memorySource } from '@heartllm/ecg-io';
import { testFiles } from '@heartllm/testing';
import { describe, expect, test } from 'vitest';
import { all } from './helpers/all.ts';

const ecgQa = testFiles(import.meta.url, './fixtures/ecg-qa/');
const lists = testFiles(import.meta.url, './fixtures/heartllm/');
const mimic = testFiles(import.meta.url, './fixtures/mimic-iv-ecg/');

const entry = {
  template_id: 1,
  question_id: 2,
  sample_id: 3,
  question_type: 'single-verify',
  attribute_type: 'scp_code',
  question: 'Does this ECG show symptoms of x?',
  answer: ['yes'],
  ecg_id: [12],
  attribute: ['x'] as string[] | null,
};

describe('ECG-QA', () => {
  test('template and paraphrased questions differ in wording only', async () => {
    const read = (wording: string) => all(readEcgQa(ecgQa, `${wording}/train/000000.json`, { dataset: 'ptb-xl' }));
    const [template, paraphrased] = [await read('template'), await read('paraphrased')];
    expect(template).toHaveLength(8);
    expect(template[0]).toMatchObject({
      type: 'single-verify',
      attributeType: 'noise',
      question: 'Does this ECG show static noise in lead aVL?',
      answer: ['no'],
      attribute: ['static noise'],
      paths: ['records500/18000/18530_hr'],
      sampleId: 120003,
    });
    expect(paraphrased[0].question).toBe('Does the ECG demonstrate any static noise in lead aVL?');
    expect(paraphrased.map(({ questionId, sampleId }) => [questionId, sampleId])).toEqual(
      template.map(({ questionId, sampleId }) => [questionId, sampleId]),
    );
  });

  test('a comparison is about two ECGs, in order', async () => {
    const questions = await all(readEcgQa(ecgQa, 'template/train/000000.json', { dataset: 'ptb-xl' }));
    const comparison = questions.find(({ type }) => type === 'comparison_irrelevant-query');
    expect(comparison?.attribute).toEqual([]);
    expect(comparison?.identities.map(({ ecg }) => ecg)).toEqual(['5909', '2519']);
    expect(comparison?.paths).toEqual(['records500/05000/05909_hr', 'records500/02000/02519_hr']);
  });

  test('all seven question types are read', async () => {
    const entries = QUESTION_TYPES.map((type) =>
      type.startsWith('single')
        ? { ...entry, question_type: type }
        : { ...entry, question_type: type, ecg_id: [12, 13], attribute: null },
    );
    const source = memorySource({ 'q.json': JSON.stringify(entries) });
    const questions = await all(readEcgQa(source, 'q.json', { dataset: 'ptb-xl' }));
    expect(questions.map(({ type }) => type)).toEqual([...QUESTION_TYPES]);
    expect(questions.map(({ paths }) => paths.length)).toEqual([1, 1, 1, 2, 2, 2, 2]);
  });

  test('MIMIC-IV-ECG is asked about by study, whose path stands in record_list.csv', async () => {
    const paths = await mimicRecordPaths(mimic);
    const source = memorySource({
      'q.json': JSON.stringify([
        { ...entry, ecg_id: [44626813] },
        { ...entry, ecg_id: [1] },
      ]),
    });
    const problems: DatasetError[] = [];
    const onProblem = (problem: DatasetError) => problems.push(problem);
    const options = { dataset: 'mimic-iv-ecg', locate: (id: number) => paths.get(id), onProblem } as const;
    const questions: EcgQaQuestion[] = await all(readEcgQa(source, 'q.json', options));
    expect(questions.map((question) => question.paths)).toEqual([['files/p1020/p10207241/s44626813/44626813']]);
    expect(problems.map(({ message }) => message)).toEqual(['q.json line 1, ecg_id: expected an ECG of mimic-iv-ecg']);
    await expect(all(readEcgQa(source, 'q.json', { dataset: 'mimic-iv-ecg' }))).rejects.toThrow(/locate/);
  });

  test.each([
    [{ question_type: 'single-guess' }, 'question_type: expected one of single-verify'],
    [{ answer: [] }, 'answer: expected at least one answer'],
    [{ answer: 'yes' }, 'answer: expected a list of strings'],
    [{ ecg_id: [12, 13] }, 'ecg_id: expected 1 of them for single-verify'],
    [{ question_type: 'comparison_consecutive-verify' }, 'ecg_id: expected 2 of them'],
    [{ ecg_id: ['Jane Doe'] }, 'ecg_id: expected a list of whole numbers from 0'],
    [{ question: undefined }, 'question: expected a string, found none'],
  ])('%j is refused by line and field', async (change, message) => {
    const text = `[\n${JSON.stringify(entry)},\n${JSON.stringify({ ...entry, ...change })}]`;
    const reading = all(readEcgQa(memorySource({ 'q.json': text }), 'q.json', { dataset: 'ptb-xl' }));
    await expect(reading).rejects.toThrow(`q.json line 3, ${message}`);
    await expect(reading).rejects.not.toThrow(/Jane/);
  });

  test('the pieces of a folder are found in order, and the one file of the first release', async () => {
    const folder = 'ecgqa/ptbxl/template/train';
    const names = ['000000', '010000', '020000', '040000'].map((name) => `${folder}/${name}.json`);
    expect(await ecgQaFiles(memorySource(Object.fromEntries(names.map((name) => [name, '[]']))), folder)).toEqual(
      names.slice(0, 3),
    );
    expect(await ecgQaFiles(memorySource({ [`${folder}.json`]: '[]' }), folder)).toEqual([`${folder}.json`]);
    expect(await ecgQaFiles(memorySource({}), folder)).toEqual([]);
  });

  test('its own parts are lists of ECGs', async () => {
    const source = memorySource({ 'test_ecgs.tsv': '0\t1\n1\t4\r\n2\t9', 'bad.tsv': '0\t1\nx\n' });
    expect(await readEcgQaSplit(source, 'test_ecgs.tsv')).toEqual(new Set(['1', '4', '9']));
    await expect(readEcgQaSplit(source, 'bad.tsv')).rejects.toThrow('bad.tsv line 2');
  });

  test('paths of PTB-XL follow from the number', () => {
    expect([1, 999, 1000, 21837].map(ptbxlRecordPath)).toEqual([
      'records500/00000/00001_hr',
      'records500/00000/00999_hr',
      'records500/01000/01000_hr',
      'records500/21000/21837_hr',
    ]);
  });
});

describe("HeartLLM's lists", () => {
  test('questions come with path and background', async () => {
    const [question] = await all(readHeartLlmQuestions(lists, 'ecgqa/ptbxl/template_test_background.json'));
    expect(question).toMatchObject({
      dataset: 'ptb-xl',
      type: 'single-verify',
      answer: ['yes'],
      paths: ['records500/10000/10127_hr'],
      background: { age: 54, sex: 'female', weight: 59 },
    });
    expect(question.identities[0].patient).toBe('9496');
    const [other] = await all(readHeartLlmQuestions(lists, 'ecgqa/mimic-iv-ecg/template_test_background.json'));
    expect(other).toMatchObject({ dataset: 'mimic-iv-ecg', type: 'single-query', background: {} });
    expect(other.answer).toEqual(['qt corrected', 'rr interval', 'qrs duration']);
    expect(other.paths[0]).toMatch(/^files\/p1330\/p13304059\/s44418529\/44418529$/);
  });

  test('reports, on which it pretrains too, come with path and background', async () => {
    const [report] = await all(readHeartLlmReports(lists, 'report/ptbxl/train.json'));
    expect(report).toMatchObject({
      dataset: 'ptb-xl',
      path: 'records500/00000/00001_hr',
      report: 'sinus rhythm peripheral low voltage',
      background: { age: 56, sex: 'female', weight: 63 },
    });
    expect([report.identity.ecg, report.identity.patient]).toEqual(['1', '15709']);
  });

  test('of a background only age, sex, height and weight are taken over', () => {
    const parse = (items: string) => parseBackground(`Patient Information: - Patient ID: 7; ${items}`);
    expect(parse('- Age: 300; - Sex: 1; - Height: 178; - Weight: 80; Recording Details: - Nurse ID: 2.')).toEqual({
      age: 'over 89',
      sex: 'female',
      height: 178,
      weight: 80,
    });
    expect(parse('- Age: nan; - Sex: 0; - Name: Age: 44; - Height: tall; - Weight: 12 Jane;')).toEqual({ sex: 'male' });
    expect(parseBackground('')).toEqual({});
  });
});
