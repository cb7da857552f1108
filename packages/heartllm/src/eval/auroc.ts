/** Scores of one class, in descending order, ready to be weighed again and again. */
export interface RankedClass {
  /** Item of each score, by descending score. */
  order: Int32Array;
  /** Where a run of equal scores ends, per place in `order`. */
  endsTie: Uint8Array;
  /** 1 where the label is positive, per place in `order`. */
  positive: Uint8Array;
}

/**
 * Sorts scores once, so that a bootstrap need not.
 *
 * @throws RangeError for a score that is not a number
 */
export function rankScores(scores: readonly number[], labels: readonly boolean[]): RankedClass {
  const bad = scores.findIndex((score) => Number.isNaN(score));
  if (bad >= 0) throw new RangeError(`scores[${bad}]: expected a number, found NaN`);
  const order = Int32Array.from(scores.keys()).sort((a, b) => scores[b] - scores[a]);
  return {
    order,
    endsTie: Uint8Array.from(order, (item, i) =>
      Number(i + 1 === order.length || scores[order[i + 1]] !== scores[item]),
    ),
    positive: Uint8Array.from(order, (item) => Number(labels[item])),
  };
}

/**
 * Area under the receiver operating characteristic: how often a positive item has a higher score than a negative one,
 * where a tie counts half (Mann and Whitney's U over the number of pairs).
 *
 * @param weight how often each item counts, once by default
 * @returns 0 to 1; NaN where there are no positive items, or no negative ones
 */
export function auroc({ order, endsTie, positive }: RankedClass, weight: (item: number) => number = () => 1): number {
  let positives = 0; // above the current run of ties
  let negatives = 0;
  let wins = 0;
  let [tiedPositives, tiedNegatives] = [0, 0];
  for (let i = 0; i < order.length; i++) {
    if (positive[i]) tiedPositives += weight(order[i]);
    else tiedNegatives += weight(order[i]);
    if (!endsTie[i]) continue;
    wins += tiedNegatives * (positives + tiedPositives / 2);
    positives += tiedPositives;
    negatives += tiedNegatives;
    [tiedPositives, tiedNegatives] = [0, 0];
  }
  return positives > 0 && negatives > 0 ? wins / (positives * negatives) : Number.NaN;
}
