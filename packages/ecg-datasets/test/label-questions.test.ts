import {
  type EcgRow,
  englishReport,
  Identity,
  labelQuestions,
  namedSuperclasses,
  openPtbxl,
  questionsFor,
  readCode15,
  readLudb,
  superclasses,
} from '@heartllm/ecg-datasets';
import { testFiles } from '@heartllm/testing';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { all } from './helpers/all.ts';

const { rows, statements } = await openPtbxl(testFiles(import.meta.url, './fixtures/ptbxl/'));

/** All that PTB-XL's questions may be about. */
const vocabulary = new Set(
  rows
    .flatMap((row) => questionsFor(row, statements).filter(({ type }) => type === 'single-verify'))
    .map((q) => q.question),
);

function labelled(dataset: 'ludb' | 'code-15' | 'challenge', ...names: string[]): EcgRow {
  return {
    dataset,
    identity: new Identity(7),
    recording: { format: 'wfdb', path: '7' },
    labels: names.map((name) => ({ code: 'x', name })),
    report: '',
    file: 'f',
    line: 1,
  };
}

const answers = (row: EcgRow) =>
  Object.fromEntries(labelQuestions(row).map(({ attribute, answer }) => [attribute, answer.join('.')]));

describe('labelQuestions', () => {
  test("asks in PTB-XL's words", () => {
    const asked = [labelled('ludb', 'Sinus rhythm', 'Electric axis of the heart: normal'), labelled('code-15')];
    const questions = asked.flatMap((row) => labelQuestions(row).map(({ question }) => question));
    expect(questions.length).toBeGreaterThan(30);
    for (const question of questions) expect(vocabulary).toContain(question);
  });

  test('LUDB: what its labels say is yes, what they leave open is not asked, the rest is no', () => {
    const found = answers(
      labelled(
        'ludb',
        'Sinus bradycardia',
        'Electric axis of the heart: vertical',
        'I degree av block',
        'Stemi: septal',
      ),
    );
    expect(found).toMatchObject({
      'normal ecg': 'no',
      'myocardial infarction': 'yes',
      'conduction disturbance': 'yes',
      hypertrophy: 'no',
      'first degree av block': 'yes',
      'third degree av block': 'no',
      'sinus bradycardia': 'yes',
      'atrial fibrillation': 'no',
    });
    // the infarction may come with ST/T changes, bradycardia is a sinus rhythm, a vertical axis is neither
    for (const open of ['st/t change', 'sinus rhythm', 'normal heart axis', 'left axis deviation']) {
      expect(found).not.toHaveProperty(open);
    }
    const undecided = answers(labelled('ludb', 'Atrial fibrillation', 'Undefined ischemia/scar/supp.nstemi: apical'));
    expect(undecided).not.toHaveProperty('myocardial infarction');
    expect(undecided).toMatchObject({ 'sinus rhythm': 'no', 'atrial fibrillation': 'yes' });
    expect(answers(labelled('ludb', 'Sinus rhythm', 'Electric axis of the heart: normal'))).toMatchObject({
      'normal ecg': 'yes',
      'normal heart axis': 'yes',
      'left axis deviation': 'no',
    });
  });

  test('CODE-15%: without a block, only a normal ECG has no conduction disturbance for certain', () => {
    expect(answers(labelled('code-15', 'right bundle branch block'))).toEqual({
      'normal ecg': 'no',
      'conduction disturbance': 'yes',
      'first degree av block': 'no',
      'complete right bundle branch block': 'yes',
      'complete left bundle branch block': 'no',
      'sinus bradycardia': 'no',
      'sinus tachycardia': 'no',
      'atrial fibrillation': 'no',
    });
    expect(answers(labelled('code-15'))).not.toHaveProperty('conduction disturbance');
    expect(answers(labelled('code-15', 'normal ECG'))).toMatchObject({ 'conduction disturbance': 'no' });
  });

  test('real rows of both are asked about', async () => {
    const read = [
      ...(await all(readLudb(testFiles(import.meta.url, './fixtures/ludb/'), { onProblem: () => {} }))),
      ...(await all(readCode15(testFiles(import.meta.url, './fixtures/code15/')))),
    ];
    for (const row of read) expect(labelQuestions(row).length).toBeGreaterThan(5);
  });

  test('other data sets are refused', () => {
    expect(() => labelQuestions(labelled('challenge'))).toThrow('challenge: expected ludb or code-15');
  });
});

describe('namedSuperclasses', () => {
  test('finds in an English report the superclasses that it was made from, whatever the likelihoods', () => {
    const codes = [...statements.keys()];
    const likelihood = fc.constantFrom(0, 15, 35, 50, 80, 100);
    fc.assert(
      fc.property(fc.dictionary(fc.constantFrom(...codes), likelihood, { maxKeys: 6 }), (scpCodes) => {
        const row = { ...rows[0], scpCodes };
        expect(namedSuperclasses(englishReport(row, statements), statements)).toEqual(superclasses(row, statements));
      }),
    );
  });

  test('what is no statement names none', () => {
    expect(namedSuperclasses('sinus rhythm. the patient is well', statements)).toEqual([]);
    expect(namedSuperclasses('', statements)).toEqual([]);
  });
});
