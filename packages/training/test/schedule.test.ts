import { expect, test } from 'vitest';
import { learningRate } from '../src/schedule.ts';

const rates = (schedule: 'constant' | 'cosine' | 'linear', warmup: number, totalSteps: number) =>
  Array.from({ length: totalSteps }, (_, step) => learningRate(step, { lr: 2, schedule, warmup, totalSteps }));

test('the learning rate rises along a line and then falls as the schedule says', () => {
  expect(rates('constant', 0, 3)).toEqual([2, 2, 2]);
  expect(rates('constant', 4, 6)).toEqual([0.5, 1, 1.5, 2, 2, 2]);
  expect(rates('linear', 2, 6)).toEqual([1, 2, 2, 1.5, 1, 0.5]);
  const cosine = rates('cosine', 2, 6);
  [1, 2, 2, 1 + Math.SQRT1_2, 1, 1 - Math.SQRT1_2].forEach((rate, i) => {
    expect(cosine[i]).toBeCloseTo(rate, 12);
  });
});

test('a warm-up longer than the run is cut off', () => {
  expect(rates('cosine', 8, 2)).toEqual([0.25, 0.5]);
});
