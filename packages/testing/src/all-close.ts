type Numbers = ArrayLike<number>;

/** Largest |actual - expected|, divided by the largest |expected|; Infinity where lengths or NaNs differ. */
export function maxRelativeError(actual: Numbers, expected: Numbers): number {
  if (actual.length !== expected.length) return Number.POSITIVE_INFINITY;
  let worst = 0;
  let scale = 0;
  for (let i = 0; i < expected.length; i++) {
    if (Number.isNaN(expected[i]) !== Number.isNaN(actual[i])) return Number.POSITIVE_INFINITY;
    if (Number.isNaN(expected[i])) continue;
    worst = Math.max(worst, Math.abs(actual[i] - expected[i]));
    scale = Math.max(scale, Math.abs(expected[i]));
  }
  return worst / (scale || 1);
}

/** Throws unless every value is within `tolerance` of the expected one, relative to the largest magnitude. */
export function expectAllClose(actual: Numbers, expected: Numbers, tolerance: number, what = 'values'): void {
  const error = maxRelativeError(actual, expected);
  if (!(error <= tolerance)) {
    throw new Error(
      `${what}: relative error ${error} is above ${tolerance}; got ${Array.from(actual).slice(0, 8)} (${actual.length}), expected ${Array.from(expected).slice(0, 8)} (${expected.length})`,
    );
  }
}
