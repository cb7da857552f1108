import { Pool, shuffled } from '../pool.ts';
import { type Finding, findings, TOPICS, type Topic } from './findings.ts';
import { chooseQuestion, type Question, queryQuestion, verifyQuestion } from './questions.ts';
import type { PtbXlRow } from './row.ts';
import type { ScpStatement } from './statement.ts';

/** How many questions, and which draw of them. */
export interface QuestionSetOptions {
  /** At most so many questions about one ECG: a quarter `single-choose`, a quarter `single-query`, the rest `single-verify`. */
  perRecord: number;
  /** A seeded generator of numbers from 0 up to but not including 1; the same seed gives the same set. */
  random: () => number;
}

/**
 * Chooses questions over a whole set of ECGs so that a question alone does not give its answer away:
 * - `single-verify`: for every symptom exactly as many yes as no;
 * - `single-choose`: every pair is asked as often of an ECG with only the one as of an ECG with only the other; at most
 *   as often of one with neither, or with both;
 * - `single-query`: the most frequent answer of a question is no more frequent than the second.
 *
 * What is rare stays rare: a symptom that no ECG shows is not asked about.
 *
 * @param statements as {@link openPtbxl} reads them
 * @returns the questions of the first row, then of the second, ... (shuffle before training)
 * @throws RangeError where `perRecord` is not a positive whole number
 */
export function buildQuestionSet(
  rows: readonly PtbXlRow[],
  statements: ReadonlyMap<string, ScpStatement>,
  { perRecord, random }: QuestionSetOptions,
): Question[] {
  if (!Number.isInteger(perRecord) || perRecord < 1) {
    throw new RangeError(`perRecord: expected a positive whole number, found ${perRecord}`);
  }
  const quarter = Math.floor(perRecord / 4);
  const ecgs: Ecg[] = rows.map((row) => ({
    ecgId: row.ecgId,
    found: findings(row, statements),
    room: { 'single-verify': perRecord - 2 * quarter, 'single-choose': quarter, 'single-query': quarter },
    asked: new Map(),
  }));
  addVerifications(ecgs, random);
  addChoices(ecgs, random);
  addQueries(ecgs, random);
  return ecgs.flatMap((ecg) => [...ecg.asked.values()]);
}

interface Ecg {
  ecgId: number;
  found: Map<Topic, Map<string, Finding>>;
  room: Record<Question['type'], number>; // how many more questions of a type may be asked
  asked: Map<string, Question>; // by text
}

interface Present {
  ecg: Ecg;
  topic: Topic;
  name: string;
}

/** In pairs: an ECG with the symptom, and one without it. */
function addVerifications(ecgs: readonly Ecg[], random: () => number): void {
  const open = new Pool(ecgs, (ecg) => ecg.room['single-verify'] === 0, random);
  for (const { ecg, topic, name } of shuffled(presentSymptoms(ecgs), random)) {
    const yes = verification(ecg, topic, name, 'present');
    const no = yes && open.draw((other) => verification(other, topic, name, 'absent'));
    if (no) ask(yes, no);
  }
}

function verification(ecg: Ecg, topic: Topic, name: string, finding: Finding): Asked | undefined {
  const found = ecg.found.get(topic);
  if (ecg.room['single-verify'] === 0 || found?.get(name) !== finding) return undefined;
  return unlessAsked(ecg, verifyQuestion(ecg.ecgId, topic, found, name));
}

/** In groups: an ECG with only A, one with only B and, where they are found, an ECG with neither and an ECG with both. */
function addChoices(ecgs: readonly Ecg[], random: () => number): void {
  const isFull = (ecg: Ecg) => ecg.room['single-choose'] === 0;
  const symptoms = shuffled(presentSymptoms(ecgs), random);
  const poolOf = (chosen: readonly Present[]) => new Pool(chosen, ({ ecg }) => isFull(ecg), random);
  const open = new Pool(ecgs, isFull, random);
  const byTopic = new Map(TOPICS.map((topic) => [topic, poolOf(symptoms.filter((s) => s.topic === topic))]));
  for (let more = true; more; ) {
    more = false;
    for (const { ecg, topic, name: a } of symptoms) {
      if (isFull(ecg)) continue;
      const others = byTopic.get(topic)!;
      const pair = others.draw(({ ecg: other, name: b }) => {
        const onlyA = choice(ecg, topic, [a, 'present'], [b, 'absent']);
        const onlyB = onlyA && choice(other, topic, [a, 'absent'], [b, 'present']);
        return onlyB && { b, asked: [onlyA, onlyB] };
      });
      if (!pair) continue;
      const neither = open.draw((other) => choice(other, topic, [a, 'absent'], [pair.b, 'absent']));
      const both = others.draw((other) => choice(other.ecg, topic, [a, 'present'], [pair.b, 'present']));
      ask(...pair.asked, ...(neither ? [neither] : []), ...(both ? [both] : []));
      more = true;
    }
  }
}

type Expected = readonly [name: string, finding: Finding];

/** The question about a pair, in one order whichever comes first, if the findings are these and it can be asked. */
function choice(ecg: Ecg, topic: Topic, a: Expected, b: Expected): Asked | undefined {
  const found = ecg.found.get(topic);
  if (ecg.room['single-choose'] === 0 || found?.get(a[0]) !== a[1] || found.get(b[0]) !== b[1]) return undefined;
  const [first, second] = [...found.keys()].filter((name) => name === a[0] || name === b[0]);
  return unlessAsked(ecg, chooseQuestion(ecg.ecgId, topic, found, first, second));
}

/** Round by round one ECG per answer, while there are two: no answer gets ahead of the second most frequent. */
function addQueries(ecgs: readonly Ecg[], random: () => number): void {
  const byTopic = TOPICS.map((topic) => {
    const byAnswer = new Map<string, Asked[]>();
    for (const ecg of shuffled(ecgs, random)) {
      const found = ecg.found.get(topic);
      const asked = found && unlessAsked(ecg, queryQuestion(ecg.ecgId, topic, found));
      if (!asked) continue;
      const answer = asked.question.answer.join('.');
      const group = byAnswer.get(answer) ?? [];
      group.push(asked);
      byAnswer.set(answer, group);
    }
    return [...byAnswer.values()];
  });
  for (let more = true; more; ) {
    more = false;
    for (const groups of byTopic) {
      const round = groups.flatMap((group) => {
        while (group.length > 0 && group.at(-1)!.ecg.room['single-query'] === 0) group.pop();
        return group.splice(-1);
      });
      if (round.length < 2) continue;
      ask(...round);
      more = true;
    }
  }
}

function presentSymptoms(ecgs: readonly Ecg[]): Present[] {
  return ecgs.flatMap((ecg) =>
    [...ecg.found].flatMap(([topic, found]) =>
      [...found].flatMap(([name, finding]) => (finding === 'present' ? [{ ecg, topic, name }] : [])),
    ),
  );
}

interface Asked {
  ecg: Ecg;
  question: Question;
}

function unlessAsked(ecg: Ecg, question: Question | undefined): Asked | undefined {
  return question && !ecg.asked.has(question.question) ? { ecg, question } : undefined;
}

function ask(...all: Asked[]): void {
  for (const { ecg, question } of all) {
    ecg.asked.set(question.question, question);
    ecg.room[question.type]--;
  }
}
