/** So many points of a curve are drawn, however long it is. */
const POINTS = 500;
/** The running mean is over about this share of a curve, and over ten values at least. */
const SHARE = 0.03;

/** A curve with few enough points to be drawn: the mean of each of up to 500 equal stretches, at its last x. */
export function thin(points: [number, number][], count = POINTS): [number, number][] {
  if (points.length <= count) return points;
  return Array.from({ length: count }, (_, i) => {
    const from = Math.floor((i * points.length) / count);
    const to = Math.floor(((i + 1) * points.length) / count);
    const stretch = points.slice(from, to);
    return [stretch.at(-1)![0], stretch.reduce((sum, [, y]) => sum + y, 0) / stretch.length];
  });
}

/**
 * The running mean of a curve: exponential, and without the bias of the start, where it is the mean of what there is so far.
 */
export function smooth(points: [number, number][]): [number, number][] {
  const fresh = 2 / (Math.max(10, SHARE * points.length) + 1);
  let sum = 0;
  let weight = 0;
  return points.map(([x, y]) => {
    sum = (1 - fresh) * sum + fresh * y;
    weight = (1 - fresh) * weight + fresh;
    return [x, sum / weight];
  });
}
