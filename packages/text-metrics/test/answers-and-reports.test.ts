import { describe, expect, test } from 'vitest';
import {
  exactMatch,
  meteor,
  rouge,
  scoreAnswers,
  scoreReport,
  scoreReports,
  sentenceBleu,
  splitWords,
} from '../src/index.ts';
import { answerCounts, answers, pairs, synonyms } from './fixtures.ts';

describe('exactMatch', () => {
  test.each(answers)(
    "judges as HeartLLM's evaluation does: $made_as, '$prediction'",
    ({ prediction, answers, correct }) => {
      expect(exactMatch(prediction, answers)).toBe(correct);
    },
  );
});

describe('scoreAnswers', () => {
  const scores = scoreAnswers(
    answers.map(({ question_type: type, attribute_type: attributeType, answers: answer, prediction }) => ({
      type,
      attributeType,
      answer,
      prediction,
    })),
  );

  test("counts by question type, attribute type and both as HeartLLM's evaluation does", () => {
    expect(scores).toMatchObject(answerCounts.overall);
    expect(scores.byType).toMatchObject(answerCounts.by_question_type);
    expect(Object.keys(scores.byType)).toHaveLength(Object.keys(answerCounts.by_question_type).length);
    expect(scores.byAttributeType).toMatchObject(answerCounts.by_attribute_type);
    expect(scores.byTypeAndAttributeType).toMatchObject(answerCounts.detail_single_only);
    expect(scores.byType['single-verify'].exactMatch).toBe(48 / 66);
  });

  test('no question, no score', () => {
    expect(() => scoreAnswers([])).toThrow(RangeError);
  });
});

describe('scoreReport', () => {
  test.each(pairs)('one pair is the golden pair: $category, $prediction', (pair) => {
    const score = scoreReport(pair, { synonyms });
    for (const name of ['bleu1', 'bleu2', 'bleu3', 'bleu4'] as const) {
      expect(score[name]).toBeCloseTo(pair.bleu[name], 12);
    }
    expect(score.meteor).toBeCloseTo(pair.meteor.full, 12);
    expect(score.rougeL.f).toBeCloseTo(pair.rouge['rouge-l'].f, 12);
  });
});

describe('scoreReports', () => {
  test('is the plain mean of the scores of each pair', () => {
    const scores = scoreReports(pairs, { synonyms });
    const mean = (of: (pair: (typeof pairs)[number]) => number) =>
      pairs.reduce((sum, pair) => sum + of(pair), 0) / pairs.length;
    expect(scores.n).toBe(pairs.length);
    expect(scores.bleu1).toBeCloseTo(
      mean(({ bleu }) => bleu.bleu1),
      12,
    );
    expect(scores.bleu3).toBeCloseTo(
      mean(({ bleu }) => bleu.bleu3),
      12,
    );
    expect(scores.bleu4).toBeCloseTo(
      mean(({ bleu }) => bleu.bleu4),
      12,
    );
    expect(scores.meteor).toBeCloseTo(
      mean((pair) => pair.meteor.full),
      12,
    );
    expect(scores.rouge1.f).toBeCloseTo(
      mean((pair) => pair.rouge['rouge-1'].f),
      12,
    );
    expect(scores.rouge2.p).toBeCloseTo(
      mean((pair) => pair.rouge['rouge-2'].p),
      12,
    );
    expect(scores.rougeL.r).toBeCloseTo(
      mean((pair) => pair.rouge['rouge-l'].r),
      12,
    );
  });

  test('has no mean of nothing', () => {
    expect(() => scoreReports([])).toThrow(RangeError);
  });
});

describe('splitWords', () => {
  test("splits where Python's str.split does: at U+0085 and U+001C, not at U+FEFF or U+200B", () => {
    expect(splitWords(' a\u0085b\u001cc\u00a0d\u3000e\ufefff\u200bg\n')).toEqual([
      'a',
      'b',
      'c',
      'd',
      'e\ufefff\u200bg',
    ]);
    expect(splitWords(' \n')).toEqual([]);
  });
});

test('the example of the documentation gives what it says', () => {
  const reference = 'sinus rhythm with left axis deviation';
  const prediction = 'sinus rhythms with left deviation';
  const [r, h] = [splitWords(reference), splitWords(prediction)];
  expect(sentenceBleu(r, h, { weights: [0.5, 0.5], smoothing: 'method1' })).toBeCloseTo(0.3661475238303926, 12);
  expect(meteor(r, h)).toBeCloseTo(0.8203389830508474, 12);
  expect(rouge(prediction, reference)['rouge-l'].f).toBeCloseTo(0.7272727223140496, 12);
});
