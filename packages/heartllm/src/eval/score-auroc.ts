import { SUPERCLASS_NAMES, SUPERCLASSES } from '@heartllm/ecg-datasets';
import { auroc, type RankedClass, rankScores } from './auroc.ts';
import { bootstrap, type Interval } from './bootstrap.ts';
import type { EvalQuestion, Prediction } from './item.ts';

export interface ClassAuroc {
  /** Questions about it, and how many have yes for an answer. */
  n: number;
  positive: number;
  auroc: number;
}

/** From the probability of yes against no as the first token of an answer. */
export interface AurocScores {
  /** Mean over all classes. */
  macro: number;
  interval: Interval;
  classes: number;
  /** PTB-XL's five, those that have both answers; macro is their mean. */
  superclasses: { macro: number | null; interval: Interval } & Record<string, ClassAuroc | number | Interval>;
  /** By what is asked about. */
  attributes: Record<string, ClassAuroc>;
  /** Asked about, but always answered the same: no AUROC. */
  leftOut: string[];
}

interface AskedClass {
  name: string;
  ecgs: number[];
  ranked: RankedClass;
  n: number;
  positive: number;
}

/**
 * AUROC of every attribute that yes/no questions ask about, whichever of them are counted as answers. Answers other than
 * yes and no ('not sure') stay out of it.
 *
 * @param found predictions by id
 * @returns undefined where no attribute has both answers, or nothing was weighed
 */
export function scoreAuroc(
  questions: readonly EvalQuestion[],
  found: ReadonlyMap<number, Prediction>,
  records: number,
  seed: number,
): AurocScores | undefined {
  const asked = new Map<string, { score: number; label: boolean; ecg: number }[]>();
  for (const { id, attribute, answer, ecg, yesNo } of questions) {
    const score = found.get(id)?.pYes;
    if (!yesNo || score === undefined || answer.length !== 1 || !/^(yes|no)$/.test(answer[0])) continue; // 'not sure'
    const scores = asked.get(attribute) ?? [];
    scores.push({ score, label: answer[0] === 'yes', ecg });
    asked.set(attribute, scores);
  }
  const both = ([, scores]: [string, { label: boolean }[]]) => new Set(scores.map(({ label }) => label)).size === 2;
  const classes = [...asked].filter(both).map(
    ([name, scores]): AskedClass => ({
      name,
      ecgs: scores.map(({ ecg }) => ecg),
      ranked: rankScores(
        scores.map(({ score }) => score),
        scores.map(({ label }) => label),
      ),
      n: scores.length,
      positive: scores.filter(({ label }) => label).length,
    }),
  );
  if (classes.length === 0) return undefined;
  const superclassNames = new Set(Object.values(SUPERCLASS_NAMES));
  const superclasses = classes.filter(({ name }) => superclassNames.has(name));
  const macro = (of: AskedClass[], drawn?: Uint32Array) =>
    mean(of.map(({ ranked, ecgs }) => auroc(ranked, drawn && ((item) => drawn[ecgs[item]]))));
  const [interval, ofSuperclasses] = bootstrap(
    records,
    (drawn) => [macro(classes, drawn), macro(superclasses, drawn)],
    { seed },
  );
  const result = ({ n, positive, ranked }: AskedClass): ClassAuroc => ({ n, positive, auroc: auroc(ranked) });
  const byName = new Map(classes.map((one) => [one.name, result(one)]));
  return {
    macro: macro(classes),
    interval,
    classes: classes.length,
    superclasses: {
      macro: superclasses.length > 0 ? macro(superclasses) : null,
      interval: ofSuperclasses,
      ...Object.fromEntries(
        SUPERCLASSES.flatMap((code) => {
          const found = byName.get(SUPERCLASS_NAMES[code]);
          return found ? [[code, found] as const] : [];
        }),
      ),
    },
    attributes: Object.fromEntries(byName),
    leftOut: [...asked].filter((of) => !both(of)).map(([name]) => name),
  };
}

/** Of those that are numbers: a class may have one answer only in a draw. */
function mean(values: number[]): number {
  const known = values.filter((value) => !Number.isNaN(value));
  return known.length > 0 ? known.reduce((sum, value) => sum + value, 0) / known.length : Number.NaN;
}
