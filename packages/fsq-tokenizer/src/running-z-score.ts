import type { ZScored } from './z-score.ts';

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
