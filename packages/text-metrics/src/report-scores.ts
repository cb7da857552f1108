import { sentenceBleu } from './bleu.ts';
import { type MeteorOptions, meteor } from './meteor.ts';
import { type RougeScore, rouge } from './rouge.ts';
import { splitWords } from './words.ts';

/** Means over pairs of texts, each 0 to 1. */
export interface ReportScores {
  n: number;
  bleu1: number;
  bleu2: number;
  bleu3: number;
  bleu4: number;
  meteor: number;
  rouge1: RougeScore;
  rouge2: RougeScore;
  rougeL: RougeScore;
}

/** HeartLLM's weights; those of BLEU-3 add up to 0.99. */
const bleuWeights = { bleu1: [1], bleu2: [0.5, 0.5], bleu3: [0.33, 0.33, 0.33], bleu4: [0.25, 0.25, 0.25, 0.25] };

/** One generated report beside the one it should be. */
export interface ReportPair {
  prediction: string;
  reference: string;
}

/**
 * Scores one generated report as the HeartLLM paper does: sentence BLEU-1 to 4 with smoothing method 1, METEOR and ROUGE,
 * on words between blanks.
 */
export function scoreReport({ prediction, reference }: ReportPair, options: MeteorOptions = {}): ReportScores {
  const [r, h] = [splitWords(reference), splitWords(prediction)];
  const bleu = (weights: number[]) => sentenceBleu(r, h, { weights, smoothing: 'method1' });
  const { 'rouge-1': rouge1, 'rouge-2': rouge2, 'rouge-l': rougeL } = rouge(prediction, reference);
  return {
    n: 1,
    bleu1: bleu(bleuWeights.bleu1),
    bleu2: bleu(bleuWeights.bleu2),
    bleu3: bleu(bleuWeights.bleu3),
    bleu4: bleu(bleuWeights.bleu4),
    meteor: meteor(r, h, options),
    rouge1,
    rouge2,
    rougeL,
  };
}

/**
 * The plain mean of {@link scoreReport} over all pairs, as the HeartLLM paper reports it.
 *
 * @throws RangeError where there is no pair.
 */
export function scoreReports(pairs: readonly ReportPair[], options: MeteorOptions = {}): ReportScores {
  if (pairs.length === 0) throw new RangeError('scoreReports needs at least one pair of texts');
  const scores = pairs.map((pair) => scoreReport(pair, options));
  const mean = (value: (score: ReportScores) => number) =>
    scores.reduce((sum, score) => sum + value(score), 0) / scores.length;
  const meanRouge = (name: 'rouge1' | 'rouge2' | 'rougeL'): RougeScore => ({
    p: mean((score) => score[name].p),
    r: mean((score) => score[name].r),
    f: mean((score) => score[name].f),
  });
  return {
    n: pairs.length,
    bleu1: mean(({ bleu1 }) => bleu1),
    bleu2: mean(({ bleu2 }) => bleu2),
    bleu3: mean(({ bleu3 }) => bleu3),
    bleu4: mean(({ bleu4 }) => bleu4),
    meteor: mean(({ meteor }) => meteor),
    rouge1: meanRouge('rouge1'),
    rouge2: meanRouge('rouge2'),
    rougeL: meanRouge('rougeL'),
  };
}
