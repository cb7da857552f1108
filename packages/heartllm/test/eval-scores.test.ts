import { describe, expect, test } from 'vitest';
import { controlsOf } from '../src/eval/controls.ts';
import { CONDITIONS, type EvalQuestion, type Prediction } from '../src/eval/item.ts';
import { planBatches } from '../src/eval/plan.ts';
import { predict, type ShownPrompt, type Writer } from '../src/eval/predict.ts';
import { scoreQuestions } from '../src/eval/score-answers.ts';
import { scoreReportSet } from '../src/eval/score-reports.ts';

const RECORDS = 12;

/** ECG i has the codes i, 7, 7; every other one has the symptom. */
const ecgs = Array.from({ length: RECORDS }, (_, i) => ({ codes: Int32Array.of(i, 7, 7), patient: `${i}` }));
const hasSymptom = (codes: ArrayLike<number>) => codes[0] % 2 === 0;

function question(id: number, ecg: number, more: Partial<EvalQuestion> = {}): EvalQuestion {
  return {
    id,
    ecg,
    text: 'Does this ECG show hypertrophy?',
    type: 'single-verify',
    attributeType: 'scp_code',
    attribute: 'hypertrophy',
    answer: [hasSymptom(ecgs[ecg].codes) ? 'yes' : 'no'],
    counted: true,
    group: 'single-verify',
    maxNewTokens: 5,
    yesNo: true,
    prior: 'no',
    ...more,
  };
}

/** A model that knows the symptom and answers by nothing else than the codes. */
const reader: Writer = async (prompts: ShownPrompt[]) =>
  prompts.map(({ codes }) => ({
    text: hasSymptom(codes) ? 'yes' : 'no',
    pYes: codes.length === 0 ? 0.5 : hasSymptom(codes) ? 0.9 : 0.1,
  }));

async function ask(questions: EvalQuestion[], writer: Writer): Promise<Prediction[]> {
  const shown = controlsOf(ecgs, 1);
  const batches = planBatches(questions, shown.conditions, shown.key, 5);
  let all: Prediction[] = [];
  const signal = new AbortController().signal;
  for await (const { predictions } of predict({ batches, shown, writer, signal })) all = predictions;
  return all;
}

describe('scoreQuestions', () => {
  const questions = ecgs.map((_, ecg) => question(ecg, ecg));

  test('who reads the codes is right, and no control is', async () => {
    const { exactMatch, interval, auroc, controls, lead, byType } = scoreQuestions(
      questions,
      await ask(questions, reader),
      RECORDS,
      0,
    );
    expect([exactMatch, interval, auroc?.macro]).toEqual([1, [1, 1], 1]);
    expect(byType['single-verify']).toEqual({ n: 12, correct: 12, exactMatch: 1, interval: [1, 1] });
    expect(controls.shuffled!.exactMatch).toBeLessThan(1);
    expect(controls.shuffled!.auroc!.macro).toBeLessThan(1);
    for (const control of ['none', 'constant', 'prior'] as const) expect(controls[control]!.exactMatch).toBe(0.5);
    // without an ECG all scores are the same one
    expect(controls.none!.auroc!.macro).toBe(0.5);
    expect(controls.constant!.auroc!.superclasses).toMatchObject({ HYP: { n: 12, positive: 6, auroc: 0.5 } });
    expect(controls.prior!.auroc).toBeUndefined();
    expect(lead.difference).toBeCloseTo(0.5, 12);
    expect(lead.interval![0]).toBeGreaterThan(0);
  });

  test('who does not read them is right as often with any ECG, and its lead is nothing', async () => {
    const blind: Writer = async (prompts) => prompts.map(() => ({ text: 'no', pYes: 0.3 }));
    const { exactMatch, auroc, controls, lead } = scoreQuestions(questions, await ask(questions, blind), RECORDS, 0);
    expect([exactMatch, auroc!.macro, controls.shuffled!.exactMatch]).toEqual([0.5, 0.5, 0.5]);
    expect([lead.difference, lead.interval]).toEqual([0, [0, 0]]);
  });

  test('what is weighed only counts for AUROC, attributes with one answer are named, and "not sure" is neither', async () => {
    const more = [
      ...questions.slice(0, 4),
      ...ecgs
        .slice(4)
        .map((_, i) => question(4 + i, 4 + i, { counted: false, group: 'weighed', maxNewTokens: 1, prior: undefined })),
      question(12, 0, { attribute: 'rare', text: 'rare?', answer: ['no'] }),
      question(13, 1, { text: 'unsure?', answer: ['not sure'] }),
      question(14, 1, { type: 'single-query', yesNo: false, text: 'What?', answer: ['a', 'b'], prior: 'b.a' }),
    ];
    const predictions = await ask(more, reader);
    const scores = scoreQuestions(more, predictions, RECORDS, 0);
    expect(scores.n).toBe(7);
    expect(scores.byType).toMatchObject({ 'single-verify': { n: 6 }, 'single-query': { n: 1, correct: 0 } });
    expect(scores.controls.prior).toMatchObject({ n: 7, byType: { 'single-query': { n: 1, correct: 1 } } });
    expect(scores.auroc).toMatchObject({ classes: 1, leftOut: ['rare'], attributes: { hypertrophy: { n: 12 } } });
    expect(predictions.filter(({ condition }) => condition === 'prior')).toHaveLength(7);
    expect(predictions.find(({ id }) => id === 14)).not.toHaveProperty('pYes');
  });

  test('an interval is wider where the questions of a record hang together', () => {
    // of 24 questions half are right: of each record one, or all of every other record
    const twice = ecgs.flatMap((_, ecg) => [question(2 * ecg, ecg), question(2 * ecg + 1, ecg)]);
    const half = (isRight: (q: EvalQuestion, i: number) => boolean): Prediction[] =>
      twice.flatMap((q, i) =>
        CONDITIONS.map((condition) => ({ id: q.id, condition, prediction: isRight(q, i) ? q.answer[0] : 'neither' })),
      );
    const each = scoreQuestions(
      twice,
      half((_, i) => i % 2 === 0),
      RECORDS,
      0,
    );
    const together = scoreQuestions(
      twice,
      half(({ ecg }) => ecg % 2 === 0),
      RECORDS,
      0,
    );
    expect([each.exactMatch, together.exactMatch]).toEqual([0.5, 0.5]);
    expect(each.interval).toEqual([0.5, 0.5]);
    expect(together.interval![1] - together.interval![0]).toBeGreaterThan(0.4);
  });
});

describe('scoreReportSet', () => {
  const references = ['sinus rhythm. normal ecg.', 'atrial fibrillation. left axis deviation.'];
  const reports = references.map((reference, id) => ({ ...question(id, id), reference }));
  const predictions = reports.flatMap(({ id, reference }): Prediction[] => [
    { id, condition: 'model', prediction: reference },
    { id, condition: 'prior', prediction: references[0] },
  ]);

  test('the reference itself is perfect, the most frequent report half as good; a control that cannot be had is null', () => {
    const scores = scoreReportSet(reports, predictions, { seed: 0 });
    expect(scores).toMatchObject({ n: 2, bleu1: 1, bleu4: 1, intervals: { bleu4: [1, 1] } });
    expect(scores.rougeL.f).toBeCloseTo(1, 6);
    expect(scores.controls.prior!.bleu1).toBeLessThan(0.6);
    expect(scores.controls.shuffled).toBeNull();
    expect(scores.superclasses).toBeUndefined();
  });

  test('superclasses are those that the statements give to the sentences', () => {
    const statement = { form: false, rhythm: false, diagnostic: true };
    const statements = new Map([
      ['NORM', { ...statement, code: 'NORM', description: 'normal ECG', superclass: 'NORM' as const }],
    ]);
    const { superclasses, controls } = scoreReportSet(reports, predictions, { seed: 0, statements });
    expect(superclasses).toEqual({ n: 1, named: 1, interval: [1, 1], exact: 1 });
    expect(controls.prior!.superclasses).toMatchObject({ n: 1, named: 1 });
  });
});
