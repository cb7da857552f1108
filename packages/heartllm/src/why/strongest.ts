import { delineate } from '@heartllm/fsq-tokenizer';
import { SECONDS_PER_CODE } from '../plot/code-strip.ts';
import type { Stretch } from './windows.ts';

/** A stretch of an ECG that stands out, in seconds from its start. */
export interface StrongStretch {
  from: number;
  to: number;
  value: number;
  /** The beat whose R-peak is nearest, from 1 on, and how far the middle is behind it in seconds; absent where no beats are found. */
  beat?: { number: number; afterR: number };
}

/**
 * The windows with the largest values that do not overlap, the largest first; none whose value is not above 0.
 *
 * @param rPeaks in seconds
 */
export function strongest(
  windows: readonly Stretch[],
  values: ArrayLike<number>,
  count: number,
  rPeaks: readonly number[],
): StrongStretch[] {
  const order = windows.map((_, i) => i).sort((i, j) => values[j] - values[i]);
  const chosen: number[] = [];
  for (const i of order) {
    if (chosen.length === count || values[i] <= 0) break;
    if (chosen.every((j) => windows[i].to <= windows[j].from || windows[j].to <= windows[i].from)) chosen.push(i);
  }
  return chosen.map((i) => {
    const [from, to] = [windows[i].from * SECONDS_PER_CODE, windows[i].to * SECONDS_PER_CODE];
    return { from, to, value: values[i], ...nearestBeat((from + to) / 2, rPeaks) };
  });
}

function nearestBeat(middle: number, rPeaks: readonly number[]): Pick<StrongStretch, 'beat'> {
  if (rPeaks.length === 0) return {};
  const distance = (i: number) => Math.abs(middle - rPeaks[i]);
  const nearest = rPeaks.reduce((best, _, i) => (distance(i) < distance(best) ? i : best), 0);
  return { beat: { number: nearest + 1, afterR: middle - rPeaks[nearest] } };
}

/** R-peaks in seconds, over all leads; none where the signal cannot be delineated. */
export function rPeaksOf({ signal, fs }: { signal: ArrayLike<number>[]; fs: number }): number[] {
  return delineate(signal, fs).map(({ peak }) => peak / fs);
}
