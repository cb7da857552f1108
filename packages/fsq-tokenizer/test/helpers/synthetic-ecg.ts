/** A made-up ECG of Gaussian waves whose R-peaks, QRS boundaries and ST levels are known. */
export interface SyntheticEcg {
  fs: number;
  seconds: number;
  /** Times of the R-peaks in seconds. */
  beats: number[];
  /** R amplitude in mV, one per lead. */
  leads?: number[];
  /** Width of the Q, R and S waves as a multiple of the usual. */
  width?: number;
  /** mV above the PR segment from the J point to the T-wave, at an R amplitude of 1 mV. */
  st?: number;
}

/** Of a heart beat at 1 mV: amplitude in mV, time behind the R-peak and deviation in seconds. */
const P = [0.1, -0.18, 0.02] as const;
const QRS = [
  [-0.15, -0.025, 0.006],
  [1, 0, 0.009],
  [-0.2, 0.025, 0.007],
] as const;
const T = [0.25, 0.28, 0.04] as const;

export const REGULAR = Array.from({ length: 11 }, (_, i) => 0.6 + 0.83 * i);

/** [leads][samples] in mV. */
export function syntheticEcg({ fs, seconds, beats, leads = [1], width = 1, st = 0 }: SyntheticEcg): Float32Array[] {
  const beat = (s: number) => {
    const wave = ([amplitude, at, deviation]: readonly [number, number, number], wider = 1) =>
      amplitude * Math.exp(-(((s - at * wider) / (deviation * wider)) ** 2) / 2);
    const plateau = (s > 0.05 && s < 0.2 ? st : 0) * Math.min(1, Math.max(0, (s - 0.05) / 0.02), (0.2 - s) / 0.05);
    return wave(P) + QRS.reduce((sum, part) => sum + wave(part, width), 0) + plateau + wave(T);
  };
  const one = Float32Array.from({ length: Math.round(seconds * fs) }, (_, t) =>
    beats.reduce((sum, at) => sum + (Math.abs(t / fs - at) < 0.5 ? beat(t / fs - at) : 0), 0),
  );
  return leads.map((amplitude) => one.map((value) => amplitude * value));
}

/** Normally distributed numbers from a seed (Box and Muller on a linear congruential generator). */
export function noise(seed: number, length: number, deviation: number): Float32Array {
  let state = seed;
  const uniform = () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return (state + 0.5) / 2 ** 32;
  };
  return Float32Array.from(
    { length },
    () => deviation * Math.sqrt(-2 * Math.log(uniform())) * Math.cos(2 * Math.PI * uniform()),
  );
}
