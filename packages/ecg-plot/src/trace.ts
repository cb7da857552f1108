import { MM_PER_MV, MM_PER_SECOND } from './layout.ts';

/** Path units per millimetre: whole hundredths keep the path short and are finer than any printer. */
export const UNITS_PER_MM = 100;

/** Beyond this the pen has left the paper anyway; it keeps the numbers in the path short. */
const LIMIT_MM = 500;

/**
 * A lead as SVG path data, in hundredths of a millimetre, y downwards, the first sample at x = 0.
 *
 * Each run of valid samples is one `m` command with relative steps; NaN lifts the pen. Rounding is done on absolute
 * positions, so that it does not add up along the trace.
 *
 * @param signal in mV
 * @param from first sample
 * @param to sample after the last
 * @param zero the value in mV that lies on the baseline
 */
export function tracePath(signal: ArrayLike<number>, fs: number, from: number, to: number, zero = 0): string {
  const unitsPerSample = (MM_PER_SECOND * UNITS_PER_MM) / fs;
  const limit = LIMIT_MM * UNITS_PER_MM;
  const parts: string[] = [];
  let down = false;
  let lastX = 0;
  let lastY = 0;
  for (let i = from; i < Math.min(to, signal.length); i++) {
    if (!Number.isFinite(signal[i])) {
      down = false;
      continue;
    }
    const x = Math.round((i - from) * unitsPerSample);
    const y = Math.round(Math.max(-limit, Math.min(limit, (zero - signal[i]) * MM_PER_MV * UNITS_PER_MM)));
    // "m x y" is absolute at the start of a path and relative later, as is every step
    parts.push(down ? step(x - lastX, y - lastY) : `${parts.length ? 'm' : 'M'}${x - lastX} ${y - lastY}l0 0`);
    down = true;
    lastX = x;
    lastY = y;
  }
  return parts.join('');
}

/** Two numbers after an `l` command or after two others: a minus sign separates by itself. */
function step(dx: number, dy: number): string {
  return ` ${dx}${dy < 0 ? '' : ' '}${dy}`;
}

/** The median of the valid samples, 0 when there is none: a robust zero line, as an AC-coupled recorder has it. */
export function baselineOf(signal: ArrayLike<number>): number {
  const sorted = Float64Array.from(signal).filter(Number.isFinite).sort();
  return sorted.length ? sorted[sorted.length >> 1] : 0;
}
