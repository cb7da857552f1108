import { type Finding, findings, TOPICS, type Topic } from './findings.ts';
import { chooseQuestion, type Question, queryQuestion, verifyQuestion } from './questions.ts';
import type { PtbXlRow } from './row.ts';
import type { ScpStatement } from './statement.ts';

export interface QuestionSetOptions {
  /** At most so many questions about one ECG. */
  perRecord: number;
  /** A seeded generator of numbers from 0 up to but not including 1; the same seed gives the same set. */
  random: () => number;
}

/** How the questions are divided where there are enough of a kind; `single-verify` takes what the others leave. */
const QUERY_SHARE = 0.25;
const CHOOSE_SHARE = 0.25;

/**
 * Chooses questions over a whole set of ECGs so that a question alone does not give its answer away:
 * - `single-verify`: for every symptom exactly as many yes as no;
 * - `single-choose`: every pair is asked as often of an ECG with only the one as of an ECG with only the other; at most
 *   as often of one with neither, or with both;
 * - `single-query`: the most frequent answer of a question is no more frequent than the second.
 *
 * What is rare stays rare: a symptom that no ECG shows is not asked about.
 *
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
  const ecgs: Ecg[] = rows.map((row) => ({
    ecgId: row.ecgId,
    found: findings(row, statements),
    asked: new Map(),
    perRecord,
  }));
  const budget = perRecord * ecgs.length;
  const queries = addQueries(ecgs, budget * QUERY_SHARE, random);
  const choices = addChoices(ecgs, budget * CHOOSE_SHARE, random);
  addVerifications(ecgs, budget - queries - choices, random);
  return ecgs.flatMap((ecg) => [...ecg.asked.values()]);
}

interface Ecg {
  ecgId: number;
  found: Map<Topic, Map<string, Finding>>;
  asked: Map<string, Question>; // by text
  perRecord: number;
}

type Asked = { ecg: Ecg; question: Question };

/** Round by round one ECG per answer, until only one answer is left: no answer is ahead of the second most frequent. */
function addQueries(ecgs: readonly Ecg[], budget: number, random: () => number): number {
  const byAnswer = TOPICS.map((topic) => {
    const groups = new Map<string, Asked[]>();
    for (const ecg of shuffled(ecgs, random)) {
      const found = ecg.found.get(topic);
      const question = found && queryQuestion(ecg.ecgId, topic, found);
      if (!question) continue;
      const answer = question.answer.join('.');
      groups.set(answer, [...(groups.get(answer) ?? []), { ecg, question }]);
    }
    return groups;
  });
  let added = 0;
  for (let more = true; more; ) {
    more = false;
    for (const groups of byAnswer) {
      const round = [...groups.values()].flatMap((group) => {
        while (group.length > 0 && !hasRoom(group[group.length - 1])) group.pop();
        return group.splice(-1);
      });
      if (round.length < 2 || added + round.length > budget) continue;
      for (const asked of round) ask(asked);
      added += round.length;
      more = true;
    }
  }
  return added;
}

/** In groups: an ECG with only A, one with only B and, where there is one, an ECG with neither and an ECG with both. */
function addChoices(ecgs: readonly Ecg[], budget: number, random: () => number): number {
  const symptoms = shuffled(presentSymptoms(ecgs), random);
  const byTopic = new Map(TOPICS.map((topic) => [topic, symptoms.filter((symptom) => symptom.topic === topic)]));
  let added = 0;
  for (let before = -1; before < added; ) {
    before = added;
    for (const { ecg: onlyA, topic, name: a } of symptoms) {
      if (added + 4 > budget) return added;
      if (onlyA.asked.size >= onlyA.perRecord) continue;
      const others = byTopic.get(topic)!;
      const partner = firstFrom(others, random, ({ ecg: onlyB, name: b }) => {
        if (a === b || !isState(onlyA, topic, a, b, 'present', 'absent')) return false;
        return (
          isState(onlyB, topic, a, b, 'absent', 'present') && [onlyA, onlyB].every((ecg) => choice(ecg, topic, a, b))
        );
      });
      if (!partner) continue;
      const b = partner.name;
      const fits = (first: Finding, second: Finding) => (ecg: Ecg) =>
        isState(ecg, topic, a, b, first, second) && choice(ecg, topic, a, b) !== undefined;
      const group = [onlyA, partner.ecg, firstFrom(ecgs, random, fits('absent', 'absent'))];
      group.push(firstFrom(others, random, ({ ecg }) => fits('present', 'present')(ecg))?.ecg);
      for (const ecg of group) {
        if (!ecg) continue;
        ask(choice(ecg, topic, a, b)!);
        added++;
      }
    }
  }
  return added;
}

/** The question about the pair, its two symptoms always in the same order, if this ECG can still be asked. */
function choice(ecg: Ecg, topic: Topic, a: string, b: string): Asked | undefined {
  const found = ecg.found.get(topic)!;
  const [first, second] = [...found.keys()].filter((name) => name === a || name === b);
  const question = chooseQuestion(ecg.ecgId, topic, found, first, second);
  return question && hasRoom({ ecg, question }) ? { ecg, question } : undefined;
}

function isState(ecg: Ecg, topic: Topic, a: string, b: string, first: Finding, second: Finding): boolean {
  const found = ecg.found.get(topic);
  return found?.get(a) === first && found.get(b) === second;
}

/** In pairs: an ECG with the symptom, and one without it. */
function addVerifications(ecgs: readonly Ecg[], budget: number, random: () => number): void {
  const withoutPartner = new Set<string>(); // a symptom that all ECGs with room show: no use in searching again
  let added = 0;
  for (const { ecg, topic, name } of shuffled(presentSymptoms(ecgs), random)) {
    if (added + 2 > budget) return;
    const key = `${topic}: ${name}`;
    if (withoutPartner.has(key)) continue;
    const yes = verification(ecg, topic, name);
    if (!yes) continue;
    const partner = firstFrom(ecgs, random, (other) => {
      return other.found.get(topic)?.get(name) === 'absent' && verification(other, topic, name) !== undefined;
    });
    if (!partner) {
      withoutPartner.add(key);
      continue;
    }
    ask(yes);
    ask(verification(partner, topic, name)!);
    added += 2;
  }
}

function verification(ecg: Ecg, topic: Topic, name: string): Asked | undefined {
  const question = verifyQuestion(ecg.ecgId, topic, ecg.found.get(topic)!, name);
  return question && hasRoom({ ecg, question }) ? { ecg, question } : undefined;
}

function presentSymptoms(ecgs: readonly Ecg[]): { ecg: Ecg; topic: Topic; name: string }[] {
  return ecgs.flatMap((ecg) =>
    [...ecg.found].flatMap(([topic, found]) =>
      [...found].flatMap(([name, finding]) => (finding === 'present' ? [{ ecg, topic, name }] : [])),
    ),
  );
}

function hasRoom({ ecg, question }: Asked): boolean {
  return ecg.asked.size < ecg.perRecord && !ecg.asked.has(question.question);
}

function ask({ ecg, question }: Asked): void {
  ecg.asked.set(question.question, question);
}

/** The first that fits, from a random place on and around: as good as a random one, without listing all that fit. */
function firstFrom<T>(items: readonly T[], random: () => number, fits: (item: T) => boolean): T | undefined {
  const start = Math.floor(random() * items.length);
  for (let i = 0; i < items.length; i++) {
    const item = items[(start + i) % items.length];
    if (fits(item)) return item;
  }
  return undefined;
}

/** Fisher and Yates. */
function shuffled<T>(items: readonly T[], random: () => number): T[] {
  const order = [...items];
  for (let i = order.length - 1; i > 0; i--) {
    const j = Math.floor(random() * (i + 1));
    [order[i], order[j]] = [order[j], order[i]];
  }
  return order;
}
