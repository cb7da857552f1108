import { type Finding, findings, type Topic } from './findings.ts';
import type { PtbXlRow } from './row.ts';
import type { ScpStatement } from './statement.ts';

/** A question about one ECG with its answer, in the form of ECG-QA. */
export interface Question {
  /** PTB-XL's number of the ECG, `PtbXlRow.ecgId`; for rows of another data set its own number. */
  ecgId: number;
  /** Yes or no, one of two, or open: ECG-QA's types of questions about one ECG. */
  type: 'single-verify' | 'single-choose' | 'single-query';
  /** What kind of symptom is asked about. */
  topic: Topic;
  /** What is asked about: a symptom, two of them joined by ' or ', or the topic of an open question. */
  attribute: string;
  /** In ECG-QA's wording, 'Does this ECG show ...?'. */
  question: string;
  /** ['yes'] or ['no']; the symptoms that hold, or ['none']. */
  answer: string[];
}

/** ECG-QA's wording, `single-query` by topic. */
const QUERIES: Record<Topic, string> = {
  superclass: 'What diagnostic class does this ECG belong to?',
  diagnostic: 'What diagnostic symptoms does this ECG show?',
  form: 'What form-related symptoms does this ECG show?',
  rhythm: 'What rhythm-related symptoms does this ECG show?',
  axis: 'What direction is this ECG deviated to?',
  'infarction stage': 'What stage of myocardial infarction does this ECG show?',
  noise: 'What kind of noises does this ECG show?',
  'extra systole': 'What kind of extra systole does this ECG show?',
};

/** `Which ... does this ECG show, A or B?`, by topic. */
const CHOICES: Record<Topic, string> = {
  superclass: 'symptom',
  diagnostic: 'diagnostic symptom',
  form: 'form-related symptom',
  rhythm: 'rhythm-related symptom',
  axis: 'cardiac axis',
  'infarction stage': 'stage of myocardial infarction',
  noise: 'noise',
  'extra systole': 'extra systole',
};

const SYMPTOM_TOPICS: readonly Topic[] = ['superclass', 'diagnostic', 'form', 'rhythm'];

/**
 * All questions that PTB-XL answers about an ECG: for every symptom whether it is there, for every pair of symptoms of
 * a topic which one, for every topic an open question. Where the label is uncertain, or a stated symptom includes the
 * one in question, nothing is asked (see `findings`). A thousand questions and more; `buildQuestionSet` chooses.
 *
 * @param statements as {@link openPtbxl} reads them
 */
export function questionsFor(row: PtbXlRow, statements: ReadonlyMap<string, ScpStatement>): Question[] {
  const questions = new Map<string, Question>(); // one per text: 'digitalis effect' is both diagnostic and form
  const add = (question: Question | undefined) => {
    if (question && !questions.has(question.question)) questions.set(question.question, question);
  };
  for (const [topic, found] of findings(row, statements)) {
    const names = [...found.keys()];
    for (const name of names) add(verifyQuestion(row.ecgId, topic, found, name));
    names.forEach((a, i) => {
      for (const b of names.slice(i + 1)) add(chooseQuestion(row.ecgId, topic, found, a, b));
    });
    add(queryQuestion(row.ecgId, topic, found));
  }
  return [...questions.values()];
}

type Found = ReadonlyMap<string, Finding>;

/** `Does this ECG show ...?`; undefined where the answer is neither yes nor no. */
export function verifyQuestion(ecgId: number, topic: Topic, found: Found, name: string): Question | undefined {
  const finding = found.get(name);
  if (!isKnown(finding)) return undefined;
  const question =
    name === 'normal ecg'
      ? 'Is this a normal ECG?'
      : `Does this ECG show ${SYMPTOM_TOPICS.includes(topic) ? 'symptoms of ' : ''}${name}?`;
  return {
    ecgId,
    type: 'single-verify',
    topic,
    attribute: name,
    question,
    answer: [finding === 'present' ? 'yes' : 'no'],
  };
}

/** `Which ... does this ECG show, A or B?`, answered by A, B, both or none; undefined where one of them is not known. */
export function chooseQuestion(ecgId: number, topic: Topic, found: Found, a: string, b: string): Question | undefined {
  if (!isKnown(found.get(a)) || !isKnown(found.get(b))) return undefined;
  return {
    ecgId,
    type: 'single-choose',
    topic,
    attribute: `${a} or ${b}`,
    question: `Which ${CHOICES[topic]} does this ECG show, ${a} or ${b}?`,
    answer: presentOrNone(found, [a, b]),
  };
}

/** The open question of a topic, answered by all that is present or 'none'; undefined where a label is uncertain. */
export function queryQuestion(ecgId: number, topic: Topic, found: Found): Question | undefined {
  const all = [...found];
  if (all.some(([, finding]) => finding === 'uncertain')) return undefined;
  const answer = presentOrNone(
    found,
    all.map(([name]) => name),
  );
  return { ecgId, type: 'single-query', topic, attribute: topic, question: QUERIES[topic], answer };
}

function presentOrNone(found: Found, names: readonly string[]): string[] {
  const present = names.filter((name) => found.get(name) === 'present');
  return present.length > 0 ? present : ['none'];
}

function isKnown(finding: Finding | undefined): boolean {
  return finding === 'present' || finding === 'absent';
}
