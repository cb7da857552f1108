/** How much of the codebook a set of codes uses. */
export interface CodeUsage {
  /** Different codes that occur. */
  used: number;
  /** exp of the entropy of the codes: 1 when one code does everything, the codebook's size when all are equally common. */
  perplexity: number;
  /** Occurrences per code [codebookSize]. */
  counts: Uint32Array;
}

/**
 * Codes used and perplexity over the whole codebook; the published "token usage" counts levels and hides collapse.
 *
 * @param codes 0..codebookSize-1, of any number of recordings
 * @param codebookSize number of codes there are, 1296 by default
 * @throws RangeError naming the position of any other code
 */
export function codeUsage(codes: Iterable<number>, codebookSize = 1296): CodeUsage {
  const counts = new Uint32Array(codebookSize);
  let total = 0;
  for (const code of codes) {
    if (!Number.isInteger(code) || code < 0 || code >= codebookSize) {
      throw new RangeError(`code ${total}: expected 0 to ${codebookSize - 1}, found ${code}`);
    }
    counts[code]++;
    total++;
  }
  let used = 0;
  let entropy = 0;
  for (const count of counts) {
    if (count === 0) continue;
    used++;
    entropy -= (count / total) * Math.log(count / total);
  }
  return { used, perplexity: Math.exp(entropy), counts };
}
