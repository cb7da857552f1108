/** A question as far as its wording goes, with the answer that it has somewhere. */
export interface KnownQuestion {
  type: string;
  question: string;
  answer: readonly string[];
}

/**
 * The most frequent answer to each question: as good as anybody can be who sees the question alone and has learned how
 * such questions are answered. A question that was never asked gets the most frequent answer of its type. Of equally
 * frequent answers to a question the one that is more frequent in its type counts, then the first by alphabet.
 */
export class Prior {
  readonly #byQuestion = new Map<string, Map<string, number>>();
  readonly #byType = new Map<string, Map<string, number>>();

  constructor(learned: Iterable<KnownQuestion>) {
    for (const { type, question, answer } of learned) {
      const joined = [...answer].sort().join('.');
      for (const [counts, key] of [
        [this.#byQuestion, question],
        [this.#byType, type],
      ] as const) {
        const answers = counts.get(key) ?? new Map<string, number>();
        answers.set(joined, (answers.get(joined) ?? 0) + 1);
        counts.set(key, answers);
      }
    }
  }

  /** The answer, several of them joined by '.'; '' for a type that nothing is known about. */
  answer({ type, question }: Omit<KnownQuestion, 'answer'>): string {
    const ofType = this.#byType.get(type) ?? new Map<string, number>();
    return mostFrequent(this.#byQuestion.get(question) ?? ofType, ofType) ?? '';
  }
}

/** The most frequent text, of equally frequent ones the first by alphabet; undefined where there is none. */
export function mostFrequentText(texts: Iterable<string>): string | undefined {
  const counts = new Map<string, number>();
  for (const text of texts) counts.set(text, (counts.get(text) ?? 0) + 1);
  return mostFrequent(counts, counts);
}

function mostFrequent(counts: ReadonlyMap<string, number>, ties: ReadonlyMap<string, number>): string | undefined {
  const sorted = [...counts].sort(
    ([a, countA], [b, countB]) => countB - countA || (ties.get(b) ?? 0) - (ties.get(a) ?? 0) || (a < b ? -1 : 1),
  );
  return sorted[0]?.[0];
}
