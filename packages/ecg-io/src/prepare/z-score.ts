/** A signal with mean 0 and standard deviation 1 per lead, and what it takes to undo it: x = z * std + mean. */
export interface ZScored {
  /** [leads][samples] */
  z: Float32Array[];
  /** Mean of each lead, in the unit of the signal. */
  mean: Float64Array;
  /** Population standard deviation of each lead, in the unit of the signal; a constant lead counts as 1. */
  std: Float64Array;
}

/**
 * (x - mean) / std per lead, in double precision, as scikit-learn's StandardScaler and the published tokenizer do it (population deviation, no
 * epsilon). A constant lead becomes 0: its deviation counts as 1, also where rounding leaves it a tiny one.
 *
 * @param signal [leads][samples], without NaN, in any unit
 * @returns z as float32, mean and standard deviation as float64 [leads]
 */
export function zScore(signal: readonly ArrayLike<number>[]): ZScored {
  const mean = new Float64Array(signal.length);
  const std = new Float64Array(signal.length);
  const z = signal.map((lead, i) => {
    const n = lead.length;
    let sum = 0;
    for (let t = 0; t < n; t++) sum += lead[t];
    mean[i] = sum / n;
    let squares = 0;
    for (let t = 0; t < n; t++) squares += (lead[t] - mean[i]) ** 2;
    const variance = squares / n;
    std[i] = isRounding(variance, mean[i], n) ? 1 : Math.sqrt(variance);
    const scaled = new Float32Array(n);
    for (let t = 0; t < n; t++) scaled[t] = (lead[t] - mean[i]) / std[i];
    return scaled;
  });
  return { z, mean, std };
}

/** Whether a variance is no more than what summing n values around the mean rounds away; scikit-learn's bound. */
function isRounding(variance: number, mean: number, n: number): boolean {
  return variance <= n * Number.EPSILON * variance + (n * mean * Number.EPSILON) ** 2;
}
