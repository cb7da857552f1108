import type { TokenizerConfig } from '@heartllm/lead-encoder/config';
import { numbersOf } from './fsq.ts';

/**
 * The z-score that the tokenizer was trained with: over the whole of each lead, or a running one where it is causal.
 *
 * @param signal [leads][samples] as `prepareSignal` gives it; for a causal tokenizer in millivolts
 * @returns as {@link zScore}; mean and deviation of a running z-score are those at the last sample
 */
export function normalizeSignal(signal: ArrayLike<number>[], { encoder, sampling_rate }: TokenizerConfig): ZScored {
  return encoder.causal ? runningZScore(signal, sampling_rate) : zScore(signal);
}

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

/** Time constant: after so many seconds a sample counts 1/e of what it counted. Several beats, so that none stands out. */
const SECONDS = 5;
/** Millivolts. Before the first beat there may be nothing but noise, and it shall not look like one. */
const LEAST_DEVIATION = 0.05;

/**
 * Exponentially weighted mean and variance of one lead, sample by sample, in double precision: (x - mean) / std depends
 * on the samples so far, and not on how they were cut into pieces. In the first 5 s all samples count the same.
 *
 * At 500 Hz no z-score is beyond 50, whatever comes: a sample is part of the deviation that it is divided by.
 */
export class RunningZScore {
  readonly #leastWeight: number;
  #seen = 0;
  #mean = 0;
  #variance = 0;
  #z = 0;

  /** @param samplingRate Hz */
  constructor(samplingRate: number) {
    this.#leastWeight = 1 / (SECONDS * samplingRate);
  }

  /** Of the samples so far; 0 before the first. */
  get mean(): number {
    return this.#mean;
  }

  /** Of the samples so far, at least 0.05. */
  get std(): number {
    return Math.max(Math.sqrt(this.#variance), LEAST_DEVIATION);
  }

  /**
   * Takes the next sample and gives its z-score.
   *
   * @param sample in millivolts; an invalid one (NaN, or beyond float32) counts for nothing and gets the z-score of the
   *   one before it, 0 at the beginning
   */
  next(sample: number): number {
    const x = Math.fround(sample);
    if (!Number.isFinite(x)) return this.#z;
    const weight = Math.max(1 / ++this.#seen, this.#leastWeight);
    const difference = x - this.#mean;
    this.#mean += weight * difference;
    this.#variance = (1 - weight) * (this.#variance + weight * difference * difference);
    this.#z = (x - this.#mean) / this.std;
    return this.#z;
  }
}

/**
 * The z-scores of whole leads; see {@link RunningZScore}.
 *
 * @param signal [leads][samples], in millivolts
 * @param samplingRate Hz
 * @returns mean and std as they are after the last sample
 */
export function runningZScore(signal: ArrayLike<number>[], samplingRate: number): ZScored {
  const leads = signal.map(() => new RunningZScore(samplingRate));
  const z = signal.map((lead, i) => {
    const values = new Float32Array(lead.length);
    for (let t = 0; t < lead.length; t++) values[t] = leads[i].next(lead[t]);
    return values;
  });
  const [mean, std] = [leads.map((lead) => lead.mean), leads.map((lead) => lead.std)];
  return { z, mean: Float64Array.from(mean), std: Float64Array.from(std) };
}
