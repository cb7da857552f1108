import { namedSuperclasses, type ScpStatement } from '@heartllm/ecg-datasets';
import { type MeteorOptions, type ReportScores, scoreReport, scoreReports } from '@heartllm/text-metrics';
import { bootstrap, type Interval } from './bootstrap.ts';
import { CONDITIONS, type Condition, type Controls, type EvalReport, type Prediction } from './item.ts';

/** Diagnostic superclasses that reports name, among those reports whose reference names any. */
export interface SuperclassesNamed {
  n: number;
  /** Share of reports that name at least one of the reference's. */
  named: number;
  interval: Interval;
  /** Share that names exactly the reference's. */
  exact: number;
}

/** How one condition does. */
export interface ReportCondition extends ReportScores {
  /** 95 %, by record. */
  intervals: Record<'bleu4' | 'meteor' | 'rougeL', Interval>;
  /** For reports in the words of PTB-XL's statements. */
  superclasses?: SuperclassesNamed;
}

export interface ReportResult extends ReportCondition {
  controls: Controls<ReportCondition>;
}

export interface ReportScoring extends MeteorOptions {
  statements?: ReadonlyMap<string, ScpStatement> | undefined;
  seed: number;
}

/** Scores of the model and of each control. Every record has one report. */
export function scoreReportSet(
  reports: readonly EvalReport[],
  predictions: readonly Prediction[],
  options: ReportScoring,
): ReportResult {
  const byCondition = new Map<Condition, Map<number, string>>(CONDITIONS.map((condition) => [condition, new Map()]));
  for (const { id, condition, prediction } of predictions) byCondition.get(condition)!.set(id, prediction);
  const scoresOf = (condition: Condition) => scoreCondition(reports, byCondition.get(condition)!, options);
  const controls: Controls<ReportCondition> = { shuffled: null };
  for (const condition of CONDITIONS) {
    if (condition !== 'model' && byCondition.get(condition)!.size > 0) controls[condition] = scoresOf(condition);
  }
  return { ...scoresOf('model'), controls };
}

function scoreCondition(
  reports: readonly EvalReport[],
  found: ReadonlyMap<number, string>,
  { statements, seed, synonyms }: ReportScoring,
): ReportCondition {
  const pairs = reports.map(({ id, reference }) => ({ reference, prediction: found.get(id)! }));
  const meteor = synonyms ? { synonyms } : {};
  const each = pairs.map((pair) => scoreReport(pair, meteor));
  const values = [
    each.map(({ bleu4 }) => bleu4),
    each.map((score) => score.meteor),
    each.map(({ rougeL }) => rougeL.f),
  ];
  const [bleu4, ofMeteor, rougeL] = bootstrap(reports.length, (drawn) => values.map((of) => weightedMean(of, drawn)), {
    seed,
  });
  const superclasses = statements && scoreSuperclasses(pairs, statements, seed);
  return {
    ...scoreReports(pairs, meteor),
    intervals: { bleu4, meteor: ofMeteor, rougeL },
    ...(superclasses && { superclasses }),
  };
}

function scoreSuperclasses(
  pairs: readonly { reference: string; prediction: string }[],
  statements: ReadonlyMap<string, ScpStatement>,
  seed: number,
): SuperclassesNamed | undefined {
  const classes = pairs
    .map(({ reference, prediction }) => ({
      expected: namedSuperclasses(reference, statements),
      found: namedSuperclasses(prediction, statements),
    }))
    .filter(({ expected }) => expected.length > 0);
  if (classes.length === 0) return undefined;
  const named = classes.map(({ expected, found }) => Number(expected.some((each) => found.includes(each))));
  const exact = classes.map(({ expected, found }) => Number(expected.join() === found.join()));
  const once = new Uint32Array(classes.length).fill(1);
  const [interval] = bootstrap(classes.length, (drawn) => [weightedMean(named, drawn)], { seed });
  return { n: classes.length, named: weightedMean(named, once), interval, exact: weightedMean(exact, once) };
}

function weightedMean(values: readonly number[], weights: Uint32Array): number {
  let [sum, all] = [0, 0];
  for (let i = 0; i < weights.length; i++) {
    sum += weights[i] * values[i];
    all += weights[i];
  }
  return sum / all;
}
