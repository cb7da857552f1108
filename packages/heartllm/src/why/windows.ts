/** A stretch of codes, from the first up to but not including the last. */
export interface Stretch {
  /** The first code, from 0 on; it begins 32 ms times as many into the ECG. */
  from: number;
  /** The code after the last one. */
  to: number;
}

/**
 * Stretches of `window` codes, one every `stride`, the last one up to the end: every code is in one at least.
 *
 * @throws RangeError for a window or stride that is not a whole number above 0, and a stride that would leave codes out
 */
export function planWindows(codes: number, window: number, stride: number): Stretch[] {
  for (const [name, value] of Object.entries({ window, stride })) {
    if (!Number.isInteger(value) || value < 1) {
      throw new RangeError(`${name}: expected a whole number of codes above 0, found ${value}`);
    }
  }
  if (stride > window) throw new RangeError(`stride: expected at most the window, ${window}, found ${stride}`);
  const windows: Stretch[] = [];
  for (let from = 0; from < codes; from += stride) {
    windows.push({ from: Math.max(0, Math.min(from, codes - window)), to: Math.min(from + window, codes) });
    if (from + window >= codes) break;
  }
  return windows;
}

/** Of every code the mean over the windows that it is in. */
export function meanPerCode(windows: readonly Stretch[], values: ArrayLike<number>, codes: number): Float32Array {
  const sums = new Float64Array(codes);
  const counts = new Float64Array(codes);
  for (const [i, { from, to }] of windows.entries()) {
    for (let code = from; code < to; code++) {
      sums[code] += values[i];
      counts[code]++;
    }
  }
  return Float32Array.from(sums, (sum, code) => (counts[code] > 0 ? sum / counts[code] : 0));
}

/** Of every window the mean over its codes. */
export function meanPerWindow(windows: readonly Stretch[], values: ArrayLike<number>): Float64Array {
  return Float64Array.from(windows, ({ from, to }) => {
    let sum = 0;
    for (let code = from; code < to; code++) sum += values[code];
    return sum / (to - from);
  });
}
