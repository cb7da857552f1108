import { zScore } from '../z-score.ts';

/** What is lost of one lead, sample by sample. */
export interface LeadErrors {
  /** Mean squared error where the original has mean 0 and standard deviation 1: 0 perfect, 1 as good as a flat line. */
  mse: number;
  /**
   * Percent root-mean-square difference, 100 * sqrt(sum (x - y)^2 / sum (x - mean x)^2): that with the mean taken off (PRDN), which a baseline
   * offset cannot flatter. NaN for a constant original.
   */
  prd: number;
  /** Pearson's, NaN where one of the two is constant. */
  correlation: number;
}

/**
 * Over the samples that are valid in both, in double precision. All NaN where there are none.
 *
 * The z-score is the tokenizer's, so that of a constant original counts its deviation as 1.
 *
 * @param original samples in any unit
 * @param decoded as many in the same unit
 */
export function leadErrors(original: ArrayLike<number>, decoded: ArrayLike<number>): LeadErrors {
  const valid: number[] = [];
  for (let t = 0; t < original.length; t++) {
    if (Number.isFinite(original[t]) && Number.isFinite(decoded[t])) valid.push(t);
  }
  const x = valid.map((t) => original[t]);
  const y = valid.map((t) => decoded[t]);
  const { z, std } = zScore([x, y]);
  const mean = (f: (t: number) => number) => x.reduce((sum, _, t) => sum + f(t), 0) / x.length;
  const isConstant = (values: Float32Array) => mean((t) => values[t] ** 2) < 0.5; // of any other it is 1
  const mse = mean((t) => ((x[t] - y[t]) / std[0]) ** 2);
  return {
    mse,
    prd: isConstant(z[0]) ? Number.NaN : 100 * Math.sqrt(mse),
    correlation: z.some(isConstant) ? Number.NaN : mean((t) => z[0][t] * z[1][t]),
  };
}
