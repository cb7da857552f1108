import {
  backgroundOf,
  buildQuestionSet,
  type EcgRow,
  englishReport,
  type Identity,
  openPtbxl,
  originalReport,
  patientBackground,
  readChallenge,
  readCode15,
  readEcgQa,
  readHeartLlmQuestions,
  readHeartLlmReports,
  readLudb,
  readMimicIvEcg,
  readPtbxl,
  withoutDates,
} from '@heartllm/ecg-datasets';
import { memorySource } from '@heartllm/ecg-io';
import { testFiles } from '@heartllm/testing';
import { describe, expect, test } from 'vitest';
import { all, seeded } from './helpers/all.ts';

const fixture = (folder: string) => testFiles(import.meta.url, `./fixtures/${folder}/`);
const text = async (path: string) => new TextDecoder().decode(await fixture('.').read(path));

const DATE = /\b\d{4}-\d{2}-\d{2}\b|\b\d{1,2}[.:/]\d{1,2}[.:,/]\d{2}/;

/** Whether a number or name stands in a text as a word of its own. */
function holds(prompt: string, identifier: string): boolean {
  return new RegExp(`(?<![\\w.])${identifier}(?!\\w)`).test(prompt);
}

/** Numbers of ECGs and patients, those too short to be told from ages and leads left out. */
function identifiers({ ecg, patient }: Identity): string[] {
  return [ecg, patient].filter((id): id is string => id !== undefined && id.length > 3);
}

/** Everything of a row that may go into a prompt. */
function promptOf(row: EcgRow): string {
  return JSON.stringify([backgroundOf(row), row.labels.map(({ name }) => name), row.report, row.measurements]);
}

describe('identifiers', () => {
  test('of no data set they reach background, labels, report or measurements', async () => {
    const rows = [
      ...(await all(readPtbxl(fixture('ptbxl')))),
      ...(await all(readMimicIvEcg(fixture('mimic-iv-ecg')))),
      ...(await all(readCode15(fixture('code15')))),
      ...(await all(readLudb(fixture('ludb'), { onProblem: () => {} }))),
      ...(await all(readChallenge(fixture('challenge'), { records: ['JS00001', 'E07500', 'S0001'] }))),
    ];
    expect(rows.length).toBeGreaterThan(140);
    for (const row of rows) {
      const prompt = promptOf(row);
      for (const id of identifiers(row.identity)) expect([prompt, holds(prompt, id)]).toEqual([prompt, false]);
      expect(prompt).not.toMatch(DATE);
      expect(prompt).not.toMatch(/CS-12|AT-60|nurse|device|site/i);
    }
  });

  test('of no list they reach question, answer, report or background', async () => {
    for (const dataset of ['ptbxl', 'mimic-iv-ecg']) {
      for (const part of ['train', 'valid', 'test']) {
        const questions = `ecgqa/${dataset}/template_${part}_background.json`;
        for (const entry of await all(readHeartLlmQuestions(fixture('heartllm'), questions))) {
          const prompt = JSON.stringify([entry.question, entry.answer, entry.attribute, entry.background]);
          for (const id of entry.identities.flatMap(identifiers)) expect(holds(prompt, id)).toBe(false);
          expect(prompt).not.toMatch(DATE);
        }
        for (const entry of await all(readHeartLlmReports(fixture('heartllm'), `report/${dataset}/${part}.json`))) {
          const prompt = JSON.stringify([entry.report, entry.background]);
          for (const id of identifiers(entry.identity)) expect(holds(prompt, id)).toBe(false);
          expect(prompt).not.toMatch(DATE);
        }
      }
    }
    for (const entry of await all(readEcgQa(fixture('ecg-qa'), 'template/train/000000.json', { dataset: 'ptb-xl' }))) {
      const prompt = JSON.stringify([entry.question, entry.answer, entry.attribute, entry.background]);
      for (const id of entry.identities.flatMap(identifiers)) expect(holds(prompt, id)).toBe(false);
    }
  });

  test("they reach no question, report or background made from PTB-XL's codes", async () => {
    const { rows, statements } = await openPtbxl(fixture('ptbxl'));
    const questions = buildQuestionSet(rows, statements, { perRecord: 16, random: seeded(1) });
    for (const row of rows) {
      const own = questions.filter(({ ecgId }) => ecgId === row.ecgId);
      const prompt = JSON.stringify([
        own.map(({ question, answer, attribute }) => [question, answer, attribute]),
        englishReport(row, statements),
        originalReport(row),
        patientBackground(row),
      ]);
      for (const id of [row.ecgId, row.patientId]) {
        if (String(id).length > 3) expect(holds(prompt, String(id))).toBe(false);
      }
      expect(prompt).not.toMatch(DATE);
    }
  });

  test('printing a row, as JSON or by its keys, does not write them down', async () => {
    const [row] = await all(readCode15(fixture('code15')));
    const { recording, ...rest } = row; // the exam's number is where the recording is
    expect(recording.path).toBe('exams_part11.hdf5');
    const printed = [JSON.stringify(rest), String(row.identity), JSON.stringify({ ...row.identity })].join();
    for (const id of identifiers(row.identity)) expect(printed).not.toContain(id);
    expect(Object.keys(row.identity)).toEqual([]);
    expect({ ...row }.identity.patient).toBe('185323'); // but splits of copies still work
  });

  test('no error shows what stands in an identifying cell', async () => {
    const statements = await text('ptbxl/scp_statements.csv');
    const table = (await text('ptbxl/ptbxl_database.csv')).replace('15709.0', 'Jane Doe');
    const ptbxl = memorySource({ 'scp_statements.csv': statements, 'ptbxl_database.csv': table });
    await expect(all(readPtbxl(ptbxl))).rejects.toThrow(
      'ptbxl_database.csv line 2, column patient_id: expected a number, found 8 other characters',
    );
    const list = (await text('mimic-iv-ecg/record_list.csv')).replace('44626813,', 'Jane Doe,');
    await expect(all(readMimicIvEcg(memorySource({ 'record_list.csv': list })))).rejects.not.toThrow(/Jane/);
    const exams = (await text('code15/exams.csv')).replace('438277', 'Jane Doe');
    await expect(all(readCode15(memorySource({ 'exams.csv': exams })))).rejects.not.toThrow(/Jane/);
    const entry = JSON.parse(await text('heartllm/report/ptbxl/train.json'))[0];
    const wrong = memorySource({ 'l.json': JSON.stringify([{ ...entry, patient_id: 'Jane Doe' }]) });
    await expect(all(readHeartLlmReports(wrong, 'l.json'))).rejects.not.toThrow(/Jane/);
  });
});

describe('reports without dates', () => {
  test.each([
    ['verglichen mit 28.12.93 kein vorhofflimmern', 'verglichen mit [date] kein vorhofflimmern'],
    ['compared with tracings of 3:3:92 and 23:3:92.', 'compared with tracings of [date] and [date].'],
    ['compared with tracing of 30:4,92, st segments', 'compared with tracing of [date], st segments'],
    ['no change since trace of 12.9.91.', 'no change since trace of [date].'],
    ['Compared to ECG of 12-MAR-2105 rate is slower', 'Compared to ECG of [date] rate is slower'],
    ['seit 3. März 1992 unverändert', 'seit [date] unverändert'],
    ['since March 12, 1992 unchanged', 'since [date] unchanged'],
    ['taken 1994-08-02 17:12:22, late', 'taken [date], late'],
  ])('%s', (report, expected) => expect(withoutDates(report)).toBe(expected));

  test.each([
    't waves are inverted in v2,3,4. q in ii, iii, avf',
    'sinusrhythmus 4.46 unbestätigter bericht',
    '2:1 av block, rate 101 per minute, qt 0.40',
    'st segments in v2-4, 5,6. this may be due to',
  ])('%s stays', (report) => expect(withoutDates(report)).toBe(report));

  test('what the labellers of PTB-XL added is no part of the report: it names the labels', async () => {
    const { rows } = await openPtbxl(fixture('ptbxl'));
    const report = (text: string) => originalReport({ ...rows[0], report: text });
    expect(report('sinus rhythm. normal ecg. Edit: NORM 100, (NORM 100)')).toBe('sinus rhythm. normal ecg.');
    expect(report("sinusrytm   vÄnsterconsensus label derived from: {'SR': 0.0}\n")).toBe('sinusrytm vÄnster');
  });
});
