import { describe, expect, test } from 'vitest';
import { sentenceBleu, splitWords } from '../src/index.ts';
import { pairs } from './fixtures.ts';

const weights = { bleu1: [1], bleu2: [0.5, 0.5], bleu3: [0.33, 0.33, 0.33], bleu4: [0.25, 0.25, 0.25, 0.25] };

describe('sentenceBleu', () => {
  test.each(pairs)('equals NLTK with method 1: $category, $prediction', ({ prediction, reference, bleu }) => {
    for (const name of ['bleu1', 'bleu2', 'bleu3', 'bleu4'] as const) {
      const options = { weights: weights[name], smoothing: 'method1' as const };
      expect(sentenceBleu(splitWords(reference), splitWords(prediction), options)).toBeCloseTo(bleu[name], 12);
    }
  });

  test("NLTK's docstring example: 0.4118 for the second hypothesis against the first reference", () => {
    const reference = 'It is a guide to action that ensures that the military will forever heed Party commands'.split(
      ' ',
    );
    const same = 'It is a guide to action which ensures that the military always obeys the commands of the party'.split(
      ' ',
    );
    expect(sentenceBleu(reference, same)).toBeCloseTo(0.4118, 4);
  });

  test('without smoothing an order without a match leaves next to nothing, as in NLTK', () => {
    const score = sentenceBleu(['a', 'b', 'c', 'd'], ['a', 'c', 'b', 'd']);
    expect(score).toBeGreaterThan(0);
    expect(score).toBeLessThan(1e-200);
  });

  test('nothing in common, or nothing at all, is 0', () => {
    expect(sentenceBleu(['a'], ['b'], { smoothing: 'method1' })).toBe(0);
    expect(sentenceBleu([], [], { smoothing: 'method1' })).toBe(0);
  });
});
