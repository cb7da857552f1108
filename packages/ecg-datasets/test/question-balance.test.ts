import { buildQuestionSet, openPtbxl, type Question, splitByFold } from '@heartllm/ecg-datasets';
import { testFiles } from '@heartllm/testing';
import { describe, expect, test } from 'vitest';
import { seeded } from './helpers/all.ts';

const { rows, statements } = await openPtbxl(testFiles(import.meta.url, './fixtures/ptbxl/'));

type Answers = Map<string, Map<string, number>>;

function answersTo(questions: Question[]): Answers {
  const answers: Answers = new Map();
  for (const { question, answer } of questions) {
    const counts = answers.get(question) ?? new Map<string, number>();
    counts.set(answer.join('.'), (counts.get(answer.join('.')) ?? 0) + 1);
    answers.set(question, counts);
  }
  return answers;
}

/** How often somebody is right who has never seen an ECG and always gives a question's most frequent answer, by type. */
function blindScores(questions: Question[], learned: Answers): Record<string, number> {
  const right: Record<string, number[]> = {};
  for (const { type, question, answer } of questions) {
    const known = [...(learned.get(question) ?? [])].sort((a, b) => b[1] - a[1]);
    right[type] = [...(right[type] ?? []), known[0]?.[0] === answer.join('.') ? 1 : 0];
  }
  return Object.fromEntries(
    Object.entries(right).map(([type, all]) => [type, all.reduce((sum, one) => sum + one, 0) / all.length]),
  );
}

describe('a question alone does not give its answer away', () => {
  test.each([4, 8, 16, 40])(
    '%i questions per ECG: even who knows all answers by heart is right half the time',
    (perRecord) => {
      for (let seed = 0; seed < 5; seed++) {
        const questions = buildQuestionSet(rows, statements, { perRecord, random: seeded(seed) });
        const scores = blindScores(questions, answersTo(questions));
        expect(scores['single-verify']).toBe(0.5); // of two answers
        expect(scores['single-choose']).toBeLessThanOrEqual(0.5); // of three and four: the one, the other, none, both
        expect(scores['single-query']).toBeLessThanOrEqual(0.5); // of two and more
      }
    },
  );

  test('who learned the answers of other ECGs is right no more often', () => {
    const { train, validation, test: held } = splitByFold(rows);
    const learned = buildQuestionSet(train, statements, { perRecord: 16, random: seeded(1) });
    const asked = buildQuestionSet([...validation, ...held], statements, { perRecord: 16, random: seeded(2) });
    expect(asked.length).toBeGreaterThan(20);
    for (const [type, score] of Object.entries(blindScores(asked, answersTo(learned)))) {
      expect([type, score <= 0.55]).toEqual([type, true]);
    }
  });

  test('nor does the attribute, the topic or the type', () => {
    const questions = buildQuestionSet(rows, statements, { perRecord: 16, random: seeded(3) });
    const verify = questions.filter(({ type }) => type === 'single-verify');
    for (const field of ['attribute', 'topic'] as const) {
      for (const value of new Set(verify.map((question) => question[field]))) {
        const answers = verify.filter((question) => question[field] === value).map(({ answer }) => answer[0]);
        expect(answers.filter((answer) => answer === 'yes')).toHaveLength(answers.length / 2);
      }
    }
  });
});
