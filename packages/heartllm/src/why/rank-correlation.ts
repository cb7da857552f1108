/**
 * Spearman's rank correlation, -1 to 1; equal values share the mean of their ranks.
 *
 * @param a as many values as `b`
 * @returns null where one of both is the same everywhere, or there are fewer than two values
 */
export function rankCorrelation(a: ArrayLike<number>, b: ArrayLike<number>): number | null {
  const [x, y] = [centredRanks(a), centredRanks(b)];
  const product = (p: Float64Array, q: Float64Array) => p.reduce((sum, value, i) => sum + value * q[i], 0);
  const size = Math.sqrt(product(x, x) * product(y, y));
  return size > 0 ? product(x, y) / size : null;
}

/** Ranks less their mean. */
function centredRanks(values: ArrayLike<number>): Float64Array {
  const order = Array.from(values, (_, i) => i).sort((i, j) => values[i] - values[j]);
  const ranks = new Float64Array(order.length);
  for (let first = 0; first < order.length; ) {
    let last = first;
    while (last + 1 < order.length && values[order[last + 1]] === values[order[first]]) last++;
    for (let i = first; i <= last; i++) ranks[order[i]] = (first + last) / 2;
    first = last + 1;
  }
  return ranks.map((rank) => rank - (order.length - 1) / 2);
}
