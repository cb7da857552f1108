import { expect, test } from 'vitest';
import { pace, progress } from '../src/terminal/progress.ts';

test.each([
  [0, 10, 5, ''],
  [10, 90, 2, '5.0/s, 18 s left'],
  [1234, 98766, 10, '123.4/s, 13 min left'],
  [5, 100, 10, '2.0 s each, 3 min left'],
  [1, 7200, 2, '2.0 s each, 4 h 00 min left'],
  [3, 0, 3, '1.0/s, 0 s left'],
])('%i done, %i left after %i s: %s', (done, left, seconds, text) => {
  expect(pace(done, left, seconds)).toBe(text);
});

test('work that is gone on with is not counted as done now', () => {
  let err = '';
  const keep = (text: string) => {
    err += text;
  };
  const terminal = { out() {}, err: keep, interactive: false, columns: 80 };
  const shown = progress(terminal, 'training', 100, 60);
  shown.update(60, 'loss 1');
  expect(err).toBe('training 60/100  loss 1\n');
});
