import { countNgrams } from './ngrams.ts';

/** Which BLEU is meant; names and defaults follow NLTK's `sentence_bleu`. */
export interface BleuOptions {
  /** Weight of the n-gram precision of each order from 1; by default BLEU-4, four times 0.25. */
  weights?: readonly number[];
  /** 'method1' counts 0.1 where an order has no match (Chen and Cherry 2014); 'none', the default, gives about 0 there. */
  smoothing?: 'method1' | 'none';
}

/** What NLTK puts in for a precision of 0, to have a logarithm: the smallest normal double. */
const tiny = 2.2250738585072014e-308;

/**
 * BLEU (Papineni et al. 2002) of one hypothesis against one reference, equal to NLTK 3.10 `sentence_bleu([reference],
 * hypothesis, weights, smoothing_function)`. Tokens are compared as they are: lower-case them before if that is meant.
 *
 * @param reference tokens of the text that is right, as {@link splitWords} gives them
 * @param hypothesis tokens of the text that is scored
 * @returns 0 to 1; 0 where no single token matches.
 */
export function sentenceBleu(
  reference: readonly string[],
  hypothesis: readonly string[],
  { weights = [0.25, 0.25, 0.25, 0.25], smoothing = 'none' }: BleuOptions = {},
): number {
  let logSum = 0;
  for (const [i, weight] of weights.entries()) {
    const { matches, total } = clippedMatches(reference, hypothesis, i + 1);
    if (i === 0 && matches === 0) return 0;
    const unmatched = smoothing === 'method1' ? 0.1 / total : tiny;
    logSum += weight * Math.log(matches > 0 ? matches / total : unmatched);
  }
  return brevityPenalty(reference.length, hypothesis.length) * Math.exp(logSum);
}

/** N-grams of the hypothesis that the reference has too, each at most as often as there; `total` is at least 1. */
function clippedMatches(reference: readonly string[], hypothesis: readonly string[], n: number) {
  const available = countNgrams(reference, n);
  let matches = 0;
  for (const [ngram, count] of countNgrams(hypothesis, n)) matches += Math.min(count, available.get(ngram) ?? 0);
  return { matches, total: Math.max(1, hypothesis.length - n + 1) };
}

function brevityPenalty(referenceLength: number, hypothesisLength: number): number {
  return hypothesisLength > referenceLength ? 1 : Math.exp(1 - referenceLength / hypothesisLength);
}
