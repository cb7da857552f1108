import { exactMatch } from './exact-match.ts';

/** A predicted answer beside the right one. */
export interface AnsweredQuestion {
  /** ECG-QA's question type, 'single-verify'. */
  type: string;
  /** ECG-QA's attribute type, 'scp_code'. */
  attributeType: string;
  /** The right answers. */
  answer: readonly string[];
  /** What was generated. */
  prediction: string;
}

/** How many of n are right. */
export interface ExactMatches {
  /** Questions, 1 or more. */
  n: number;
  /** Questions of which {@link exactMatch} holds. */
  correct: number;
  /** correct / n, 0 to 1. */
  exactMatch: number;
}

/** Overall, per question type, per attribute type, and per attribute type within a question type. */
export interface AnswerScores extends ExactMatches {
  /** By question type, 'single-verify'. */
  byType: Record<string, ExactMatches>;
  /** By attribute type, 'scp_code'. */
  byAttributeType: Record<string, ExactMatches>;
  /** By question type, and within it by attribute type. */
  byTypeAndAttributeType: Record<string, Record<string, ExactMatches>>;
}

/**
 * Counts right answers as HeartLLM's evaluation does (`cal_acc_qtype`, `cal_acc_atype`, `cal_detail_acc`). Types come in
 * the order in which they are first asked; one that is never asked is absent.
 *
 * @throws RangeError where there is no question
 */
export function scoreAnswers(questions: readonly AnsweredQuestion[]): AnswerScores {
  if (questions.length === 0) throw new RangeError('scoreAnswers needs at least one question');
  const byType = groupBy(questions, ({ type }) => type);
  const byAttributeType = ({ attributeType }: AnsweredQuestion) => attributeType;
  return {
    ...count(questions),
    byType: mapValues(byType, count),
    byAttributeType: mapValues(groupBy(questions, byAttributeType), count),
    byTypeAndAttributeType: mapValues(byType, (asked) => mapValues(groupBy(asked, byAttributeType), count)),
  };
}

function count(questions: readonly AnsweredQuestion[]): ExactMatches {
  const correct = questions.filter(({ prediction, answer }) => exactMatch(prediction, answer)).length;
  return { n: questions.length, correct, exactMatch: correct / questions.length };
}

function groupBy<T>(items: readonly T[], key: (item: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const item of items) {
    const group = groups.get(key(item)) ?? [];
    group.push(item);
    groups.set(key(item), group);
  }
  return groups;
}

function mapValues<T, R>(groups: Map<string, T>, value: (group: T) => R): Record<string, R> {
  return Object.fromEntries([...groups].map(([key, group]) => [key, value(group)]));
}
