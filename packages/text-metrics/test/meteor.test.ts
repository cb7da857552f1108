import { describe, expect, test } from 'vitest';
import { meteor, porterStem, splitWords } from '../src/index.ts';
import { pairs, stems, synonyms } from './fixtures.ts';

describe('meteor', () => {
  test.each(pairs)('equals NLTK with and without WordNet: $category, $prediction', (pair) => {
    const [reference, hypothesis] = [splitWords(pair.reference), splitWords(pair.prediction)];
    expect(meteor(reference, hypothesis)).toBeCloseTo(pair.meteor.exact_stem, 12);
    expect(meteor(reference, hypothesis, { synonyms })).toBeCloseTo(pair.meteor.full, 12);
  });

  test('synonyms may be a table, a Map or a function', () => {
    const table = { quick: ['fast'] };
    const scores = [
      table,
      new Map(Object.entries(table)),
      (stem: string) => (stem === 'quick' ? ['fast'] : undefined),
    ].map((synonyms) => meteor(['a', 'fast', 'rhythm'], ['a', 'quick', 'rhythm'], { synonyms }));
    expect(new Set(scores)).toEqual(new Set([1 - 0.5 / 27]));
  });

  test('nothing in common is 0', () => {
    expect(meteor(['a'], ['b'])).toBe(0);
    expect(meteor([], [])).toBe(0);
  });
});

describe('porterStem', () => {
  test("equals NLTK's PorterStemmer on every word of the reports", () => {
    expect(Object.fromEntries(Object.keys(stems).map((word) => [word, porterStem(word)]))).toEqual(stems);
  });

  // What NLTK 3.10.3 returns where its default mode leaves Porter's paper, its irregular words, and runs of y.
  const extensions = {
    dies: 'die',
    died: 'die',
    spied: 'spi',
    skies: 'sky',
    happy: 'happi',
    enjoy: 'enjoy',
    apology: 'apolog',
    geology: 'geolog',
    hopefully: 'hope',
    electrically: 'electr',
    Dying: 'die',
    as: 'as',
    syzygy: 'syzygi',
    owed: 'owe',
  };
  test.each(Object.entries(extensions))('%s -> %s', (word, stem) => {
    expect(porterStem(word)).toBe(stem);
  });

  test('a run of 20,000 y ends in an answer', () => {
    expect(porterStem('y'.repeat(20_000)).length).toBeGreaterThan(0);
  });
});
