/**
 * The mean around each sample, `width` samples wide (made odd, so that nothing is delayed). Towards the ends it is narrower on both sides alike: a
 * straight line stays one.
 */
export function movingAverage(signal: ArrayLike<number>, width: number): Float64Array {
  const n = signal.length;
  const half = Math.floor(width / 2);
  const sums = new Float64Array(n + 1);
  for (let t = 0; t < n; t++) sums[t + 1] = sums[t] + signal[t];
  const means = new Float64Array(n);
  for (let t = 0; t < n; t++) {
    const reach = Math.min(half, t, n - 1 - t);
    means[t] = (sums[t + reach + 1] - sums[t - reach]) / (2 * reach + 1);
  }
  return means;
}
