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

/**
 * Scores generated reports as the HeartLLM paper does: the plain mean, over all pairs, of sentence BLEU-1 to 4 with
 * smoothing method 1, METEOR and ROUGE, on words between blanks.
 *
 * @throws RangeError where there is no pair.
 */
export function scoreReports(
  pairs: readonly { prediction: string; reference: string }[],
  options: MeteorOptions = {},
): ReportScores {
  if (pairs.length === 0) throw new RangeError('scoreReports needs at least one pair of texts');
  const mean = (value: (pair: { prediction: string; reference: string }) => number) =>
    pairs.reduce((sum, pair) => sum + value(pair), 0) / pairs.length;
  const bleu = (name: keyof typeof bleuWeights) =>
    mean(({ prediction, reference }) =>
      sentenceBleu(splitWords(reference), splitWords(prediction), { weights: bleuWeights[name], smoothing: 'method1' }),
    );
  const rouges = new Map(pairs.map((pair) => [pair, rouge(pair.prediction, pair.reference)]));
  const meanRouge = (name: 'rouge-1' | 'rouge-2' | 'rouge-l'): RougeScore => ({
    p: mean((pair) => rouges.get(pair)?.[name].p ?? 0),
    r: mean((pair) => rouges.get(pair)?.[name].r ?? 0),
    f: mean((pair) => rouges.get(pair)?.[name].f ?? 0),
  });
  return {
    n: pairs.length,
    bleu1: bleu('bleu1'),
    bleu2: bleu('bleu2'),
    bleu3: bleu('bleu3'),
    bleu4: bleu('bleu4'),
    meteor: mean(({ prediction, reference }) => meteor(splitWords(reference), splitWords(prediction), options)),
    rouge1: meanRouge('rouge-1'),
    rouge2: meanRouge('rouge-2'),
    rougeL: meanRouge('rouge-l'),
  };
}
