import { Generator } from '@heartllm/backend';

/** Lower and upper end of a 95 % interval; null where the statistic has no value in any draw. */
export type Interval = [number, number] | null;

export interface BootstrapOptions {
  seed: number | string;
  /** Draws, 1000 by default. */
  draws?: number;
}

const DRAWS = 1000;

/**
 * 95 % percentile intervals by the bootstrap over records: as many records as there are, drawn with replacement, again and
 * again. What belongs to one record, its several questions, is drawn together, as it is not independent.
 *
 * The same number of records and the same seed draw the same records, so that statistics of two models are paired.
 *
 * @param records how many there are
 * @param statistics from how often each record was drawn [records]; NaN where a draw has no value is left out
 * @returns an interval per statistic, in their order
 */
export function bootstrap(
  records: number,
  statistics: (drawn: Uint32Array) => number[],
  { seed, draws = DRAWS }: BootstrapOptions,
): Interval[] {
  const generator = new Generator(`${seed}/bootstrap`);
  const drawn = new Uint32Array(records);
  const values: number[][] = statistics(drawn.fill(1)).map(() => []);
  for (let draw = 0; draw < draws; draw++) {
    drawn.fill(0);
    for (let i = 0; i < records; i++) drawn[generator.integer(records)]++;
    for (const [i, value] of statistics(drawn).entries()) if (!Number.isNaN(value)) values[i].push(value);
  }
  return values.map((of) => interval(of.sort((a, b) => a - b)));
}

function interval(sorted: number[]): Interval {
  if (sorted.length === 0) return null;
  return [quantile(sorted, 0.025), quantile(sorted, 0.975)];
}

/** Between the two nearest values in proportion, as numpy.quantile does by default. */
function quantile(sorted: number[], q: number): number {
  const place = q * (sorted.length - 1);
  const below = Math.floor(place);
  const above = Math.min(below + 1, sorted.length - 1);
  return sorted[below] + (place - below) * (sorted[above] - sorted[below]);
}
