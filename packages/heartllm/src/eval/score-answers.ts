import { type AnswerScores, type ExactMatches, exactMatch, scoreAnswers } from '@heartllm/text-metrics';
import { bootstrap, type Interval } from './bootstrap.ts';
import { CONDITIONS, type Condition, type Control, type Controls, type EvalQuestion, type Prediction } from './item.ts';
import { type AurocScores, scoreAuroc } from './score-auroc.ts';

type Scored = ExactMatches & { interval: Interval };

/** How one condition does. */
export interface QuestionScores extends AnswerScores {
  interval: Interval;
  byType: Record<string, Scored>;
  /** Without yes/no questions, or without a model, none. */
  auroc?: AurocScores;
}

export interface QuestionResult extends QuestionScores {
  controls: Controls<QuestionScores>;
  /** Exact match above the best of the controls. */
  lead: { control: Control; difference: number; interval: Interval };
}

/**
 * Scores of the model and of each control, with 95 % intervals from records drawn again.
 *
 * @param predictions of all conditions
 */
export function scoreQuestions(
  questions: readonly EvalQuestion[],
  predictions: readonly Prediction[],
  records: number,
  seed: number,
): QuestionResult {
  const byCondition = new Map<Condition, Map<number, Prediction>>(
    CONDITIONS.map((condition) => [condition, new Map()]),
  );
  for (const prediction of predictions) byCondition.get(prediction.condition)!.set(prediction.id, prediction);
  const scoresOf = (condition: Condition) => scoreCondition(questions, byCondition.get(condition)!, records, seed);
  const model = scoresOf('model');
  const controls: Controls<QuestionScores> = { shuffled: null };
  let best: [Control, QuestionScores] | undefined;
  for (const condition of CONDITIONS) {
    if (condition === 'model' || byCondition.get(condition)!.size === 0) continue;
    const scores = scoresOf(condition);
    controls[condition] = scores;
    if (!best || scores.exactMatch > best[1].exactMatch) best = [condition, scores];
  }
  if (!best) throw new RangeError('scoreQuestions: expected the predictions of a control');
  const counted = questions.filter((question) => question.counted);
  const right = (condition: Condition) => perRecord(counted, byCondition.get(condition)!, records);
  const [ours, theirs] = [right('model'), right(best[0])];
  const [interval] = bootstrap(records, (drawn) => [ratio(ours, drawn) - ratio(theirs, drawn)], { seed });
  return {
    ...model,
    controls,
    lead: { control: best[0], difference: model.exactMatch - best[1].exactMatch, interval },
  };
}

function scoreCondition(
  questions: readonly EvalQuestion[],
  found: ReadonlyMap<number, Prediction>,
  records: number,
  seed: number,
): QuestionScores {
  const counted = questions.filter((question) => question.counted);
  const scores = scoreAnswers(
    counted.map((question) => ({ ...question, prediction: found.get(question.id)!.prediction })),
  );
  const types = Object.keys(scores.byType);
  const groups = [counted, ...types.map((type) => counted.filter((question) => question.type === type))];
  const rights = groups.map((group) => perRecord(group, found, records));
  const [interval, ...ofTypes] = bootstrap(records, (drawn) => rights.map((right) => ratio(right, drawn)), { seed });
  const byType = Object.fromEntries(
    types.map((type, i) => [type, { ...scores.byType[type], interval: ofTypes[i] }] as const),
  );
  const area = scoreAuroc(questions, found, records, seed);
  const { n, correct, exactMatch, ...rest } = scores;
  return { n, correct, exactMatch, interval, ...rest, byType, ...(area && { auroc: area }) };
}

/** Right answers and questions of each record. */
interface Counts {
  correct: Uint32Array;
  n: Uint32Array;
}

function perRecord(
  questions: readonly EvalQuestion[],
  found: ReadonlyMap<number, Prediction>,
  records: number,
): Counts {
  const counts = { correct: new Uint32Array(records), n: new Uint32Array(records) };
  for (const { id, ecg, answer } of questions) {
    counts.n[ecg]++;
    counts.correct[ecg] += Number(exactMatch(found.get(id)!.prediction, answer));
  }
  return counts;
}

function ratio({ correct, n }: Counts, drawn: Uint32Array): number {
  let [right, all] = [0, 0];
  for (let i = 0; i < drawn.length; i++) {
    right += drawn[i] * correct[i];
    all += drawn[i] * n[i];
  }
  return all > 0 ? right / all : Number.NaN;
}
