import { countNgrams } from './ngrams.ts';
import { splitWords } from './words.ts';

/** Precision, recall and F1, each 0 to 1. */
export interface RougeScore {
  /** Precision: the share of the hypothesis that the reference has, 0 to 1. */
  p: number;
  /** Recall: the share of the reference that the hypothesis has, 0 to 1. */
  r: number;
  /** F1: 2 p r / (p + r + 1e-8), 0 to 0.999999995. */
  f: number;
}

/** Precision, recall and F1, each from 0 to 1, under the names of the Python package `rouge`. */
export interface RougeScores {
  /** Of distinct words. */
  'rouge-1': RougeScore;
  /** Of distinct pairs of neighbouring words, across the ends of sentences. */
  'rouge-2': RougeScore;
  /** Of the distinct words in the longest common subsequence of any two sentences. */
  'rouge-l': RougeScore;
}

/**
 * ROUGE-1, ROUGE-2 and summary-level ROUGE-L (Lin 2004), equal to the Python package `rouge` 1.0.1: sentences end at
 * '.', n-grams count once however often they occur, and F has 1e-8 in its denominator (identical texts give
 * 0.999999995). Where that package raises for a text without a sentence ('' or '.'), all scores are 0. Letter case
 * counts.
 *
 * @param hypothesis the text that is scored; it comes first here, as in that package
 * @param reference the text that is right
 */
export function rouge(hypothesis: string, reference: string): RougeScores {
  const hypothesisSentences = sentences(hypothesis);
  const referenceSentences = sentences(reference);
  if (hypothesisSentences.length === 0 || referenceSentences.length === 0) {
    return { 'rouge-1': score(0, 0, 0), 'rouge-2': score(0, 0, 0), 'rouge-l': score(0, 0, 0) };
  }
  return {
    'rouge-1': rougeN(hypothesisSentences, referenceSentences, 1),
    'rouge-2': rougeN(hypothesisSentences, referenceSentences, 2),
    'rouge-l': rougeL(hypothesisSentences, referenceSentences),
  };
}

/** The words of each sentence. A sentence of blanks is one empty word, as in the original. */
function sentences(text: string): string[][] {
  return text
    .split('.')
    .filter((sentence) => sentence !== '')
    .map((sentence) => splitWords(sentence).join(' ').split(' '));
}

function rougeN(hypothesis: string[][], reference: string[][], n: number): RougeScore {
  const found = countNgrams(hypothesis.flat(), n);
  const wanted = countNgrams(reference.flat(), n);
  const common = [...found.keys()].filter((ngram) => wanted.has(ngram)).length;
  return score(common, found.size, wanted.size);
}

/** The distinct words in the longest common subsequence of any two sentences. */
function rougeL(hypothesis: string[][], reference: string[][]): RougeScore {
  const common = new Set<string>();
  for (const wanted of reference) {
    for (const found of hypothesis) {
      for (const word of longestCommonSubsequence(wanted, found)) common.add(word);
    }
  }
  return score(common.size, new Set(hypothesis.flat()).size, new Set(reference.flat()).size);
}

function longestCommonSubsequence(x: string[], y: string[]): string[] {
  const width = y.length + 1;
  const lengths = new Uint32Array((x.length + 1) * width); // [x.length + 1, y.length + 1]
  for (let i = 1; i <= x.length; i++) {
    for (let j = 1; j <= y.length; j++) {
      const above = lengths[(i - 1) * width + j];
      const before = lengths[i * width + j - 1];
      lengths[i * width + j] = x[i - 1] === y[j - 1] ? lengths[(i - 1) * width + j - 1] + 1 : Math.max(above, before);
    }
  }
  const words: string[] = [];
  let i = x.length;
  let j = y.length;
  while (i > 0 && j > 0) {
    if (x[i - 1] === y[j - 1]) {
      words.push(x[i - 1]);
      i--;
      j--;
    } else if (lengths[(i - 1) * width + j] > lengths[i * width + j - 1]) i--;
    else j--; // on a tie the original steps back in y: which of several subsequences is taken depends on it
  }
  return words;
}

function score(common: number, found: number, wanted: number): RougeScore {
  const p = found === 0 ? 0 : common / found;
  const r = wanted === 0 ? 0 : common / wanted;
  return { p, r, f: 2 * ((p * r) / (p + r + 1e-8)) };
}
