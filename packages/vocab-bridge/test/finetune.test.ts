import { describe, expect, test } from 'vitest';
import {
  type Batch,
  buildQuestionBatch,
  buildReportBatch,
  EcgVocabulary,
  padPrompts,
  patientBackground,
  questionPrompt,
  reportPrompt,
} from '../src/index.ts';
import { prompts, tinyLlama } from './golden.ts';

const vocabulary = new EcgVocabulary(tinyLlama);

const questions = prompts.codes.map((codes, i) => ({
  codes,
  question: prompts.qa.question[i],
  answer: prompts.qa.answer[i],
}));

const reports = prompts.codes.map((codes, i) => ({
  codes,
  background: prompts.report.background[i],
  report: prompts.report.report[i],
}));

function named({ inputIds, attentionMask, labels }: Batch) {
  return { input_ids: inputIds, attention_mask: attentionMask, labels };
}

describe('buildQuestionBatch', () => {
  test('is the published training batch', () => {
    expect(named(buildQuestionBatch(vocabulary, questions))).toEqual(prompts.qa.train);
  });

  test('without answers is the published evaluation batch', () => {
    const unanswered = questions.map(({ codes, question }) => ({ codes, question }));
    expect(named(buildQuestionBatch(vocabulary, unanswered, { withAnswer: false }))).toEqual(prompts.qa.eval);
    expect(named(buildQuestionBatch(vocabulary, questions, { withAnswer: false }))).toEqual(prompts.qa.eval);
  });

  test('names the example that lacks its answer', () => {
    expect(() => buildQuestionBatch(vocabulary, [questions[0], { codes: [], question: '?' }])).toThrow(
      'examples[1].answer: missing',
    );
  });

  test('of no examples is empty', () => {
    expect(buildQuestionBatch(vocabulary, [])).toEqual({ inputIds: [], attentionMask: [], labels: [] });
  });
});

describe('buildReportBatch', () => {
  test('with identifiers kept is the published training batch', () => {
    expect(named(buildReportBatch(vocabulary, reports, { keepIdentifiers: true }))).toEqual(prompts.report.train);
  });

  test("never says the patient's ID by default, and the rest as patientBackground words it", () => {
    const batch = buildReportBatch(vocabulary, reports);
    for (const ids of batch.inputIds) expect(vocabulary.decodeText(ids)).not.toMatch(/ID|15709|13243|20372|17448/);
    const ages = [56, 19, 37, 19];
    const sexes = [1, 0, 1, 1];
    const weights = [63, 70, 69, 70];
    const own = reports.map(({ codes, report }, i) => ({
      codes,
      report,
      background: patientBackground({ age: ages[i], sex: sexes[i], weight: weights[i] }),
    }));
    expect(buildReportBatch(vocabulary, own)).toEqual(batch);
  });

  test('leaves the recording details out', () => {
    const [ids] = buildReportBatch(vocabulary, reports).inputIds;
    expect(vocabulary.decodeText(ids)).not.toMatch(/Recording|Nurse|CS-12|1984/);
  });

  test('takes an ECG of which nothing is known', () => {
    const [ids] = buildReportBatch(vocabulary, [{ codes: [1], report: 'normal' }]).inputIds;
    expect(vocabulary.decodeText(ids)).toContain('report.Background: <|end_prompt|> Report:normal');
  });

  test('names the example that lacks its report', () => {
    expect(() => buildReportBatch(vocabulary, [{ codes: [] }])).toThrow('examples[0].report: missing');
  });
});

describe('prompts for generation', () => {
  test('are the published evaluation batch without its last column, the end of text', () => {
    const batch = padPrompts(
      vocabulary,
      questions.map((question) => questionPrompt(vocabulary, question)),
    );
    expect(batch.inputIds).toEqual(prompts.qa.eval.input_ids.map((row) => row.slice(0, -1)));
    expect(batch.attentionMask).toEqual(prompts.qa.eval.attention_mask.map((row) => row.slice(0, -1)));
  });

  test('of reports end where the published labels begin', () => {
    reports.forEach((report, i) => {
      const { input_ids, attention_mask, labels } = prompts.report.train;
      const begin = attention_mask[i].indexOf(1);
      const end = labels[i].findIndex((label) => label !== -100);
      expect(reportPrompt(vocabulary, report, { keepIdentifiers: true })).toEqual(input_ids[i].slice(begin, end));
    });
  });

  test('pad on the left', () => {
    expect(padPrompts(vocabulary, [[1, 2, 3], [4]])).toEqual({
      inputIds: [
        [1, 2, 3],
        [1002, 1002, 4],
      ],
      attentionMask: [
        [1, 1, 1],
        [0, 0, 1],
      ],
    });
  });

  test('take an empty ECG, for the control without one', () => {
    const ids = questionPrompt(vocabulary, { codes: [], question: 'Is it normal?' });
    expect(ids.some((id) => id >= vocabulary.firstCodeId)).toBe(false);
  });
});
