/** A signal with mean 0 and standard deviation 1 per lead, and what it takes to undo it. */
export interface ZScored {
  /** [leads][samples] */
  z: Float32Array[];
  /** Mean of each lead, in the unit of the signal. */
  mean: Float64Array;
  /** Population standard deviation of each lead; a constant lead counts as 1. */
  std: Float64Array;
}

/** (x - mean) / std per lead, in double precision, as scikit-learn's StandardScaler does it. */
export function zScore(signal: ArrayLike<number>[]): ZScored {
  const mean = new Float64Array(signal.length);
  const std = new Float64Array(signal.length);
  const z = signal.map((lead, i) => {
    let sum = 0;
    for (let t = 0; t < lead.length; t++) sum += lead[t];
    mean[i] = sum / lead.length;
    let squares = 0;
    for (let t = 0; t < lead.length; t++) squares += (lead[t] - mean[i]) ** 2;
    std[i] = deviation(Math.sqrt(squares / lead.length), mean[i]);
    const scaled = new Float32Array(lead.length);
    for (let t = 0; t < lead.length; t++) scaled[t] = (lead[t] - mean[i]) / std[i];
    return scaled;
  });
  return { z, mean, std };
}

/** Rounding leaves a constant lead with a tiny deviation instead of 0; scikit-learn treats that as constant as well. */
function deviation(std: number, mean: number): number {
  return std <= 10 * Number.EPSILON * Math.abs(mean) ? 1 : std;
}
