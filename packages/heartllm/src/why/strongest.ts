import { SECONDS_PER_CODE } from '@heartllm/ecg-plot';
import { delineate } from '@heartllm/fsq-tokenizer';
import type { Stretch } from './windows.ts';

/** A stretch of an ECG that stands out, in seconds from its start. */
export interface StrongStretch {
  from: number;
  to: number;
  value: number;
  /** The beat whose R-peak is nearest, from 1 on, and how far the middle is behind it in seconds; absent where no beats are found. */
  beat?: { number: number; afterR: number };
}

/** The time of a record, and of its beats, in seconds. */
export interface Beats {
  rPeaks: number[];
  /** Where the record ends: its last code may reach beyond. */
  seconds: number;
}

/**
 * The windows with the largest values that do not overlap, the largest first; none whose value is not above 0.
 */
export function strongest(
  windows: readonly Stretch[],
  values: ArrayLike<number>,
  count: number,
  { rPeaks, seconds }: Beats,
): StrongStretch[] {
  const order = windows.map((_, i) => i).sort((i, j) => values[j] - values[i]);
  const chosen: number[] = [];
  for (const i of order) {
    if (chosen.length === count || values[i] <= 0) break;
    if (chosen.every((j) => windows[i].to <= windows[j].from || windows[j].to <= windows[i].from)) chosen.push(i);
  }
  return chosen.map((i) => {
    const from = windows[i].from * SECONDS_PER_CODE;
    const to = Math.min(windows[i].to * SECONDS_PER_CODE, seconds);
    return { from, to, value: values[i], ...nearestBeat((from + to) / 2, rPeaks) };
  });
}

function nearestBeat(middle: number, rPeaks: readonly number[]): Pick<StrongStretch, 'beat'> {
  if (rPeaks.length === 0) return {};
  const distance = (i: number) => Math.abs(middle - rPeaks[i]);
  const nearest = rPeaks.reduce((best, _, i) => (distance(i) < distance(best) ? i : best), 0);
  return { beat: { number: nearest + 1, afterR: middle - rPeaks[nearest] } };
}

/** The R-peaks of a record, over all leads. */
export function beatsOf({ signal, fs, samples }: { signal: ArrayLike<number>[]; fs: number; samples: number }): Beats {
  return { rPeaks: delineate(signal, fs).map(({ peak }) => peak / fs), seconds: samples / fs };
}
