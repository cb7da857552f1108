import { bootstrap, type Interval } from './bootstrap.ts';
import { ASKED_PARTS, type AskedPart } from './wave-questions.ts';
import { PARTS, type Part } from './wave-shares.ts';

/** A figure with its 95 % interval over records. */
export interface Estimate {
  value: number;
  interval: Interval;
}

/** How the mass of a map lies on the parts of the beat, for the questions about one record. */
export interface PartShares {
  /** Of the mass, by the part that was asked about; the mean over its questions, absent where no map has any mass. */
  mass: Partial<Record<AskedPart, Record<Part, number>>>;
  /** The same with the map turned round in time. */
  turned: Partial<Record<AskedPart, Record<Part, number>>>;
  /** Of the time. */
  time: Record<Part, number>;
}

export interface MapScores {
  /** Share of the mass against share of the time, 1 if the part gets what any moment gets: asked about -> part. */
  enrichment: Record<AskedPart, Record<Part, Estimate>>;
  /** The same with each map turned round by a random time against the waves: what chance looks like. */
  turned: Record<AskedPart, Record<Part, Estimate>>;
  /** Enrichment of a part when it is asked about, less its mean when the other parts are: above 0 if the model looks there for it. */
  specificity: Record<AskedPart, Estimate>;
  /** Mean of the four: above 0 if in general it looks where the question points. */
  meanSpecificity: Estimate;
}

/** @param records of one map */
export function scoreMap(records: readonly PartShares[], seed: number): MapScores {
  const time = (drawn: Uint32Array, part: Part) => weighted(drawn, (r) => records[r].time[part]);
  const enriched = (drawn: Uint32Array, which: 'mass' | 'turned', asked: AskedPart, part: Part) =>
    weighted(drawn, (r) => records[r][which][asked]?.[part]) / time(drawn, part);
  const specific = (drawn: Uint32Array, part: AskedPart) => {
    const others = ASKED_PARTS.filter((other) => other !== part);
    return enriched(drawn, 'mass', part, part) - mean(others.map((other) => enriched(drawn, 'mass', other, part)));
  };
  const table = (which: 'mass' | 'turned') =>
    byPart(ASKED_PARTS, (asked) =>
      byPart(PARTS, (part) => estimate(records.length, (drawn) => enriched(drawn, which, asked, part), seed)),
    );
  return {
    enrichment: table('mass'),
    turned: table('turned'),
    specificity: byPart(ASKED_PARTS, (part) => estimate(records.length, (drawn) => specific(drawn, part), seed)),
    meanSpecificity: estimate(records.length, (drawn) => mean(ASKED_PARTS.map((part) => specific(drawn, part))), seed),
  };
}

/** By how much log p of the answer changes, up or down, when all waves of a kind are masked: asked about -> part, of one record. */
export interface MaskingChanges {
  masked: Record<AskedPart, Partial<Record<AskedPart, number>>>;
  /** As many codes, the same pattern turned round in time. */
  turned: Record<AskedPart, Partial<Record<AskedPart, number>>>;
}

export interface MaskingScores {
  /** Mean change in nats: asked about -> part that is masked. */
  change: Record<AskedPart, Record<AskedPart, Estimate>>;
  /** Against the change when the same pattern is masked elsewhere: 1 if the part matters as much as any other codes. */
  ratio: Record<AskedPart, Record<AskedPart, Estimate>>;
  /** Ratio of a part when it is asked about, less its mean when the other parts are. */
  specificity: Record<AskedPart, Estimate>;
  meanSpecificity: Estimate;
}

/** @param records a part that a record does not have is left out there */
export function scoreMasking(records: readonly MaskingChanges[], seed: number): MaskingScores {
  const change = (drawn: Uint32Array, which: 'masked' | 'turned', asked: AskedPart, part: AskedPart) =>
    weighted(drawn, (r) => records[r][which][asked][part]);
  const ratio = (drawn: Uint32Array, asked: AskedPart, part: AskedPart) =>
    change(drawn, 'masked', asked, part) / change(drawn, 'turned', asked, part);
  const specific = (drawn: Uint32Array, part: AskedPart) => {
    const others = ASKED_PARTS.filter((other) => other !== part);
    return ratio(drawn, part, part) - mean(others.map((other) => ratio(drawn, other, part)));
  };
  const table = (value: (drawn: Uint32Array, asked: AskedPart, part: AskedPart) => number) =>
    byPart(ASKED_PARTS, (asked) =>
      byPart(ASKED_PARTS, (part) => estimate(records.length, (drawn) => value(drawn, asked, part), seed)),
    );
  return {
    change: table((drawn, asked, part) => change(drawn, 'masked', asked, part)),
    ratio: table(ratio),
    specificity: byPart(ASKED_PARTS, (part) => estimate(records.length, (drawn) => specific(drawn, part), seed)),
    meanSpecificity: estimate(records.length, (drawn) => mean(ASKED_PARTS.map((part) => specific(drawn, part))), seed),
  };
}

/** Mean with its interval over records. */
export function estimateMean(values: readonly (number | undefined)[], seed: number): Estimate {
  return estimate(values.length, (drawn) => weighted(drawn, (r) => values[r]), seed);
}

function estimate(records: number, statistic: (drawn: Uint32Array) => number, seed: number): Estimate {
  const [interval] = bootstrap(records, (drawn) => [statistic(drawn)], { seed });
  return { value: statistic(new Uint32Array(records).fill(1)), interval };
}

/** Mean over the drawn records that have the value; NaN where none has. */
function weighted(drawn: Uint32Array, value: (record: number) => number | undefined): number {
  let [sum, count] = [0, 0];
  for (const [record, times] of drawn.entries()) {
    const of = times > 0 ? value(record) : undefined;
    if (of === undefined) continue;
    sum += times * of;
    count += times;
  }
  return count > 0 ? sum / count : Number.NaN;
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** An object of what each part gives. */
export function byPart<P extends Part, T>(parts: readonly P[], value: (part: P) => T): Record<P, T> {
  return Object.fromEntries(parts.map((part) => [part, value(part)])) as Record<P, T>;
}

/**
 * Of a map's mass over the annotated codes the share on each part.
 *
 * @param map [to - from], nothing below 0
 * @param turn by so many codes the map is turned round
 * @returns undefined where there is no mass
 */
export function sharesOf(
  map: ArrayLike<number>,
  shares: Record<Part, Float64Array>,
  turn = 0,
): Record<Part, number> | undefined {
  const length = shares.rest.length;
  const sums = byPart(PARTS, (part) => {
    let sum = 0;
    for (let i = 0; i < length; i++) sum += map[(i + turn) % length] * shares[part][i];
    return sum;
  });
  const total = PARTS.reduce((sum, part) => sum + sums[part], 0);
  return total > 0 ? byPart(PARTS, (part) => sums[part] / total) : undefined;
}
