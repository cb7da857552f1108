import { byteAlphabet, byteLevelTokenizer } from './byte-level.ts';
import { VocabularyError } from './error.ts';
import { TextTokenizer } from './text-tokenizer.ts';
import type { AddedToken, TokenizerJson } from './tokenizer-json.ts';

/** How large the vocabulary becomes. */
export interface TrainBpeOptions {
  /** Words of the finished tokenizer at most: the 256 bytes, the merges and the special tokens together; up to 2^20. */
  vocabSize: number;
  /** The first begins every text; `<|begin_of_text|>` and `<|end_of_text|>` by default. Their ids follow the words. */
  specialTokens?: readonly string[];
}

/** A pair seen once is chance, not vocabulary. */
const MIN_COUNT = 2;
/** Ids stay below this, so that a pair of them is one exact number. */
const MAX_VOCABULARY = 2 ** 20;

/**
 * Trains a byte-level BPE tokenizer (GPT-2's byte alphabet, Llama-3's pre-tokenizer) and returns a whole tokenizer.json,
 * which @huggingface/tokenizers, transformers and llama.cpp read: every Unicode text can be encoded, and decoding gives
 * it back. The same texts give the same tokenizer: of equally frequent pairs the one with the smaller ids is merged
 * first, as Hugging Face's own trainer does.
 *
 * Training stops early, with a smaller vocabulary, when no pair occurs twice.
 *
 * @param texts what to learn from, all of it held as counts of words
 * @throws VocabularyError for a vocabSize without room for 256 bytes and the special tokens, or special tokens that are
 *   none or not all different
 */
export function trainBpe(
  texts: Iterable<string>,
  { vocabSize, specialTokens = ['<|begin_of_text|>', '<|end_of_text|>'] }: TrainBpeOptions,
): TokenizerJson & {
  /** The special tokens, in their order. */
  added_tokens: AddedToken[];
} {
  const smallest = 256 + specialTokens.length;
  if (!Number.isInteger(vocabSize) || vocabSize < smallest || vocabSize > MAX_VOCABULARY) {
    throw new VocabularyError(
      `vocabSize: expected a whole number from ${smallest} to ${MAX_VOCABULARY}, found ${vocabSize}`,
    );
  }
  if (specialTokens.length === 0 || new Set(specialTokens).size < specialTokens.length) {
    throw new VocabularyError('specialTokens: expected at least the beginning of text, and no word twice');
  }

  const { vocab, merges } = learnMerges(countWords(texts), vocabSize - specialTokens.length);
  return byteLevelTokenizer(vocab, merges, specialTokens);
}

/** How often each word occurs, in the byte alphabet; a text that repeats is split once. */
function countWords(texts: Iterable<string>): Map<string, number> {
  const alphabet = Object.fromEntries(byteAlphabet().map((character, id) => [character, id]));
  const tokenizer = new TextTokenizer(byteLevelTokenizer(alphabet, [], []));
  const counts = new Map<string, number>();
  for (const [text, times] of tally(texts)) {
    for (const word of tokenizer.preTokenize(text)) counts.set(word, (counts.get(word) ?? 0) + times);
  }
  return counts;
}

function tally(values: Iterable<string>): Map<string, number> {
  const counts = new Map<string, number>();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  return counts;
}

function learnMerges(wordCounts: Map<string, number>, size: number) {
  const words = byteAlphabet();
  const ids = new Map(words.map((word, id) => [word, id]));
  const merges = new Map<string, [string, string]>();
  const pairs = new PairCounts(wordCounts, ids);

  while (words.length < size) {
    const best = pairs.mostFrequent();
    if (!best) break;
    const pair: [string, string] = [words[best.left], words[best.right]];
    const joined = pair.join('');
    // Two different merges can spell the same word ("a" + "bc", "ab" + "c"): it keeps its one id.
    let id = ids.get(joined);
    if (id === undefined) {
      id = words.push(joined) - 1;
      ids.set(joined, id);
    }
    // Such a word can also bring back a pair that was merged before; its first place in the order stays.
    if (!merges.has(pair.join(' '))) merges.set(pair.join(' '), pair);
    pairs.merge(best.left, best.right, id);
  }
  return { vocab: Object.fromEntries(ids), merges: [...merges.values()] };
}

/** Counts of neighbouring ids over all words, kept up to date while they merge. */
class PairCounts {
  readonly #words: { ids: number[]; times: number }[];
  /** pair -> how often it occurs */
  readonly #counts = new Map<number, number>();
  /** pair -> words that hold it, or once did */
  readonly #where = new Map<number, Set<number>>();

  constructor(wordCounts: Map<string, number>, alphabet: Map<string, number>) {
    this.#words = Array.from(wordCounts, ([word, times]) => ({
      ids: Array.from(word, (character) => alphabet.get(character)!),
      times,
    }));
    for (let w = 0; w < this.#words.length; w++) this.#count(w, 1);
  }

  mostFrequent(): { left: number; right: number } | undefined {
    let best = -1;
    let bestCount = MIN_COUNT - 1;
    for (const [pair, count] of this.#counts) {
      if (count > bestCount || (count === bestCount && best >= 0 && pair < best)) {
        best = pair;
        bestCount = count;
      }
    }
    return best < 0 ? undefined : { left: Math.floor(best / MAX_VOCABULARY), right: best % MAX_VOCABULARY };
  }

  merge(left: number, right: number, id: number): void {
    const pair = left * MAX_VOCABULARY + right;
    for (const w of this.#where.get(pair)!) {
      this.#count(w, -1);
      this.#words[w].ids = mergePair(this.#words[w].ids, left, right, id);
      this.#count(w, 1);
    }
    this.#where.delete(pair);
  }

  /** Adds (+1) or takes back (-1) the pairs of one word. */
  #count(w: number, sign: 1 | -1): void {
    const { ids, times } = this.#words[w];
    for (let i = 1; i < ids.length; i++) {
      const pair = ids[i - 1] * MAX_VOCABULARY + ids[i];
      const count = (this.#counts.get(pair) ?? 0) + sign * times;
      if (count === 0) this.#counts.delete(pair);
      else this.#counts.set(pair, count);
      if (sign < 0) continue;
      const where = this.#where.get(pair);
      if (where) where.add(w);
      else this.#where.set(pair, new Set([w]));
    }
  }
}

function mergePair(ids: number[], left: number, right: number, id: number): number[] {
  const merged: number[] = [];
  for (let i = 0; i < ids.length; i++) {
    if (ids[i] === left && ids[i + 1] === right) {
      merged.push(id);
      i++;
    } else {
      merged.push(ids[i]);
    }
  }
  return merged;
}
