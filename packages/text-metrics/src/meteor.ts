import { porterStem } from './porter.ts';

/** Words that mean the same as a stem: a function, or a table from stem to words. */
export type Synonyms =
  | ((stem: string) => Iterable<string> | undefined)
  | ReadonlyMap<string, Iterable<string>>
  | Readonly<Record<string, readonly string[]>>;

/** What METEOR counts as a match. */
export interface MeteorOptions {
  /**
   * Asked for every word that matches neither exactly nor by its stem, with its stem (NLTK asks WordNet for lemmas
   * there, and so do the scores of HeartLLM). Without it words match exactly and by stem.
   */
  synonyms?: Synonyms;
}

/** A token and its place in the text. */
type Token = readonly [index: number, word: string];
type Match = readonly [hypothesis: number, reference: number];

/**
 * METEOR (Banerjee and Lavie 2005) of one hypothesis against one reference, equal to NLTK 3.10 `single_meteor_score`
 * with alpha 0.9, beta 3, gamma 0.5. Tokens are lower-cased first.
 *
 * @param reference tokens of the text that is right, as {@link splitWords} gives them
 * @param hypothesis tokens of the text that is scored
 * @returns 0 to 1; 0 where nothing matches.
 */
export function meteor(
  reference: readonly string[],
  hypothesis: readonly string[],
  options: MeteorOptions = {},
): number {
  const matches = align(reference, hypothesis, options.synonyms);
  if (matches.length === 0) return 0;
  const precision = matches.length / hypothesis.length;
  const recall = matches.length / reference.length;
  const mean = (precision * recall) / (0.9 * precision + 0.1 * recall);
  const fragmentation = countChunks(matches) / matches.length;
  return (1 - 0.5 * fragmentation ** 3) * mean;
}

/** Matches in the order of the hypothesis: exact ones are taken first, then stems, then synonyms of stems. */
function align(reference: readonly string[], hypothesis: readonly string[], synonyms?: Synonyms): Match[] {
  const left = { hypothesis: tokens(hypothesis), reference: tokens(reference) };
  const matches = takeMatches(left, equal);
  const stems = { hypothesis: left.hypothesis.map(stem), reference: left.reference.map(stem) };
  matches.push(...takeMatches(stems, equal));
  if (synonyms) {
    const lookUp = lookUpIn(synonyms);
    matches.push(...takeMatches(stems, (word) => new Set([...(lookUp(word) ?? []), word])));
  }
  return matches.sort(([a], [b]) => a - b);
}

/** Takes matching tokens out of both sides, from the last to the first as NLTK does: where words repeat, it matters. */
function takeMatches(
  left: { hypothesis: Token[]; reference: Token[] },
  meanings: (word: string) => Set<string>,
): Match[] {
  const matches: Match[] = [];
  for (let i = left.hypothesis.length - 1; i >= 0; i--) {
    const [index, word] = left.hypothesis[i];
    const accepted = meanings(word);
    const j = left.reference.findLastIndex(([, other]) => accepted.has(other));
    if (j < 0) continue;
    matches.push([index, left.reference[j][0]]);
    left.hypothesis.splice(i, 1);
    left.reference.splice(j, 1);
  }
  return matches;
}

function equal(word: string): Set<string> {
  return new Set([word]);
}

function tokens(words: readonly string[]): Token[] {
  return words.map((word, index) => [index, word.toLowerCase()] as const);
}

function stem([index, word]: Token): Token {
  return [index, porterStem(word)];
}

function lookUpIn(synonyms: Synonyms): (stem: string) => Iterable<string> | undefined {
  if (typeof synonyms === 'function') return synonyms;
  if (synonyms instanceof Map) return (word) => synonyms.get(word);
  const table = new Map(Object.entries(synonyms));
  return (word) => table.get(word);
}

/** Runs of matches that are adjacent in both texts. */
function countChunks(matches: readonly Match[]): number {
  let chunks = 1;
  for (let i = 1; i < matches.length; i++) {
    const adjacent = matches[i][0] === matches[i - 1][0] + 1 && matches[i][1] === matches[i - 1][1] + 1;
    if (!adjacent) chunks++;
  }
  return chunks;
}
