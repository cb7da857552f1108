import { numbersOf } from './code-format.ts';

/** A signal with mean 0 and standard deviation 1 per lead, and what it takes to undo it. */
export interface ZScored {
  /** [leads][samples] */
  z: Float32Array<ArrayBuffer>[];
  /** Mean of each lead, in the unit of the signal. */
  mean: Float64Array;
  /** Population standard deviation of each lead; a constant lead counts as 1. */
  std: Float64Array;
}

/** What the z-score takes off, a mean and a gain per lead in the unit of the signal. */
export interface LeadScale {
  /** Mean of each lead, which was taken off [leads]. */
  mean: ArrayLike<number>;
  /** Population standard deviation [leads], by which the signal was divided. */
  std: ArrayLike<number>;
}

/**
 * (x - mean) / std per lead, in double precision, as scikit-learn's StandardScaler does it.
 *
 * @param signal [leads][samples], without NaN, in any unit
 * @returns z as float32, mean and standard deviation as float64 [leads]
 */
export function zScore(signal: ArrayLike<number>[]): ZScored {
  const mean = new Float64Array(signal.length);
  const std = new Float64Array(signal.length);
  const z = signal.map((lead, i) => {
    let sum = 0;
    for (let t = 0; t < lead.length; t++) sum += lead[t];
    mean[i] = sum / lead.length;
    let squares = 0;
    for (let t = 0; t < lead.length; t++) squares += (lead[t] - mean[i]) ** 2;
    std[i] = deviation(squares / lead.length, mean[i], lead.length);
    const scaled = new Float32Array(lead.length);
    for (let t = 0; t < lead.length; t++) scaled[t] = (lead[t] - mean[i]) / std[i];
    return scaled;
  });
  return { z, mean, std };
}

/** Rounding can leave a constant lead a tiny variance: below what n sums round away it is 0, scikit-learn's bound. */
function deviation(variance: number, mean: number, n: number): number {
  const bound = n * Number.EPSILON * variance + (n * mean * Number.EPSILON) ** 2;
  return variance <= bound ? 1 : Math.sqrt(variance);
}

/**
 * z * std + mean per lead: back to the unit of the signal.
 *
 * @param z [leads][samples], mean 0 and standard deviation 1
 * @returns [leads][samples], float32, in the unit of the scale
 * @throws RangeError when there is not one mean and one gain per lead
 */
export function undoZScore(z: ArrayLike<number>[], scale: LeadScale): Float32Array[] {
  const [mean, std] = [numbersOf('scale.mean', scale.mean), numbersOf('scale.std', scale.std)];
  if (mean.length !== z.length || std.length !== z.length) {
    throw new RangeError(`scale: expected ${z.length} means and gains, found ${mean.length} and ${std.length}`);
  }
  return z.map((lead, i) => Float32Array.from(lead, (value) => value * std[i] + mean[i]));
}
