import { describe, expect, test } from 'vitest';
import { rouge } from '../src/index.ts';
import { pairs } from './fixtures.ts';

describe('rouge', () => {
  test.each(pairs)('equals rouge 1.0.1: $category, $prediction', ({ prediction, reference, rouge: expected }) => {
    const scores = rouge(prediction, reference);
    for (const name of ['rouge-1', 'rouge-2', 'rouge-l'] as const) {
      for (const part of ['p', 'r', 'f'] as const) expect(scores[name][part]).toBeCloseTo(expected[name][part], 12);
    }
  });

  test('a text without a sentence scores 0, two texts of one blank sentence score 1', () => {
    expect(rouge('.', 'sinus rhythm')['rouge-1']).toEqual({ p: 0, r: 0, f: 0 });
    expect(rouge(' ', '\n')['rouge-1'].p).toBe(1);
  });
});
