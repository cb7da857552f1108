import type { QrsComplex } from './delineate.ts';

/** Seconds: the ST level is taken around J + 60 ms, its reference, the PR segment, right before the onset. */
const AFTER_J = 0.06;
const HALF = 0.01;
const PR_FROM = 0.03;
const PR_TO = 0.01;

/**
 * The ST level of one beat: the mean from 50 to 70 ms behind the J point, above the mean of the PR segment, from 30 to 10 ms before the QRS onset.
 *
 * @param lead samples in any unit, which is that of the level
 * @param beat the complex as {@link delineate} finds it, in samples of the lead
 * @param fs samples per second
 * @returns NaN where onset or J point is not known, or what is to be measured is outside the record or invalid
 */
export function stLevel(lead: ArrayLike<number>, { onset, offset }: QrsComplex, fs: number): number {
  if (onset === undefined || offset === undefined) return Number.NaN;
  const st = mean(lead, offset + (AFTER_J - HALF) * fs, offset + (AFTER_J + HALF) * fs);
  return st - mean(lead, onset - PR_FROM * fs, onset - PR_TO * fs);
}

/** From and to included, to the nearest sample. */
function mean(lead: ArrayLike<number>, from: number, to: number): number {
  const [first, last] = [Math.round(from), Math.round(to)];
  if (first < 0 || last >= lead.length) return Number.NaN;
  let sum = 0;
  for (let t = first; t <= last; t++) sum += lead[t];
  return sum / (last - first + 1);
}
