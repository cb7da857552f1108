import { sentenceBleu } from './bleu.ts';
import { type MeteorOptions, meteor } from './meteor.ts';
import { type RougeScore, rouge } from './rouge.ts';
import { splitWords } from './words.ts';

/** Means over pairs of texts, each 0 to 1. */
export interface ReportScores {
  /** Pairs of which these are the means; 1 from {@link scoreReport}. */
  n: number;
  /** BLEU of single words; all four with smoothing method 1. */
  bleu1: number;
  /** Of words and pairs, 0.5 each. */
  bleu2: number;
  /** Of up to three words in a row, 0.33 each as published, which adds up to 0.99. */
  bleu3: number;
  /** Of up to four words in a row, 0.25 each. */
  bleu4: number;
  /** {@link meteor}; the published figures use WordNet's synonyms, which are an option here. */
  meteor: number;
  /** Of single words. */
  rouge1: RougeScore;
  /** Of pairs of words. */
  rouge2: RougeScore;
  /** Of the longest common subsequences of sentences. */
  rougeL: RougeScore;
}

/** HeartLLM's weights; those of BLEU-3 add up to 0.99. */
const bleuWeights = { bleu1: [1], bleu2: [0.5, 0.5], bleu3: [0.33, 0.33, 0.33], bleu4: [0.25, 0.25, 0.25, 0.25] };

/** One generated report beside the one it should be. */
export interface ReportPair {
  /** What was generated, as text. */
  prediction: string;
  /** The report it should be, as text. */
  reference: string;
}

/**
 * Scores one generated report as the HeartLLM paper does: sentence BLEU-1 to 4 with smoothing method 1, METEOR and ROUGE,
 * on words between blanks. Letter case counts in BLEU and ROUGE, not in METEOR.
 *
 * @param options `synonyms` for METEOR; without them words match exactly and by stem
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
 * @param options as of {@link scoreReport}
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
