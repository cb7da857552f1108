/** How a measurement of the decoded signal differs from that of the original, over all beats where both could be taken. */
export interface Deviation {
  /** How many beats. With 0 the other two are NaN. */
  beats: number;
  /** Mean of decoded - original. */
  mean: number;
  /** Mean of its amount. */
  meanAbsolute: number;
}

/** @param differences decoded - original; what is not finite could not be measured and is left out */
export function deviation(differences: number[]): Deviation {
  const measured = differences.filter(Number.isFinite);
  const average = (values: number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
  return { beats: measured.length, mean: average(measured), meanAbsolute: average(measured.map(Math.abs)) };
}
