import { expect, test } from 'vitest';
import { stLevel } from '../../src/index.ts';

// a ramp: the mean of a window is the value in its middle
const ramp = Float32Array.from({ length: 500 }, (_, t) => t);

test('the mean around J + 60 ms above that of the PR segment, 30 to 10 ms before the onset', () => {
  // at 500 Hz: J + 30 samples is 250, the middle of the PR segment 100 - 10
  expect(stLevel(ramp, { onset: 100, peak: 160, offset: 220 }, 500)).toBe(250 - 90);
  expect(stLevel(ramp, { onset: 100, peak: 160, offset: 220 }, 250)).toBe(235 - 95);
});

test('NaN without a boundary, outside the record, and over invalid samples', () => {
  const beat = { onset: 100, peak: 160, offset: 220 };
  for (const changes of [{ onset: undefined }, { offset: undefined }, { onset: 14 }, { offset: 465 }]) {
    expect(stLevel(ramp, { ...beat, ...changes }, 500)).toBeNaN();
  }
  expect(stLevel(ramp, { ...beat, onset: 15, offset: 464 }, 500)).toBe(494 - 5);
  expect(
    stLevel(
      ramp.map((v, t) => (t === 255 ? Number.NaN : v)),
      beat,
      500,
    ),
  ).toBeNaN();
});
