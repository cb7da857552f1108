import { bridgeGaps, countInvalid } from '../recording.ts';

/** The QRS complex of one beat, in samples; the same fields as a WaveInterval of @heartllm/ecg-io. */
export interface QrsComplex {
  /** Its first sample; undefined where it has no visible beginning. */
  onset?: number;
  /** Where the leads together swing most: the R-peak, or the S-wave where that is larger. */
  peak: number;
  /** Its last sample, the J point; undefined where it has no visible end. */
  offset?: number;
}

/** Widths in seconds: of a QRS complex and of a beat (Elgendi 2013), and what sharpens boundaries. */
const QRS = 0.1;
const BEAT = 0.61;
const SHARP = 0.028;
/** A QRS complex is that much of the mean energy above the beat around it, and at least so long. */
const ABOVE_MEAN = 0.08;
const SHORTEST = 0.04;
/** Of the blocks, T waves among them, the usual QRS complex is at this quantile. */
const USUAL = 0.75;
/** Less energy than this share of the usual QRS complex's is no beat. */
const FAINTEST = 0.05;
/** So near to a complex of so much more energy it is that one's P- or T-wave. */
const NEAR = 0.45;
const SMALLER = 0.3;
/** Two beats are at least so far apart. */
const REFRACTORY = 0.2;
/** The usual QRS complex has so many times the energy between beats. Of 100 LUDB records the least had 9 in one lead; noise has up to 3. */
const STANDS_OUT = 5;
/** A peak lies this close to the middle of its block, and a boundary this close to its peak. */
const PEAK_WITHIN = 0.08;
const BOUNDARY_WITHIN = 0.15;
/** A boundary is where the energy falls to this share of the peak's, both above the quietest quarter of the record. */
const BOUNDARY_SHARE = 0.05;
const QUIET = 0.25;
/** Seconds at both ends of the record in which the filters see too little for a boundary. */
const EDGE = 0.05;
const LOWEST_FS = 50;

/**
 * Finds the QRS complexes of a recording, in all leads at once.
 *
 * The leads' common energy in the band of QRS complexes is compared with its own mean over a beat: two moving averages (Elgendi 2013,
 * doi 10.1371/journal.pone.0073557) on integer band-pass filters (Pan & Tompkins 1985, doi 10.1109/TBME.1985.325532). Onset and offset are
 * where that energy has fallen to a twentieth of its peak. Where no beats stand out of the noise, none are found: an empty list.
 *
 * Made for 100 to 1000 Hz and heart rates up to 200 per minute. It looks at the record as a whole, so give it 3 s or more. Not found: ventricular
 * fibrillation, and tachycardia so wide that nothing lies between the complexes.
 *
 * @param signal [leads][samples], one lead or more, in any units; NaN where a sample is invalid
 * @param fs samples per second
 * @throws RangeError for a rate below 50 Hz, and for leads of different lengths
 */
export function delineate(signal: ArrayLike<number>[], fs: number): QrsComplex[] {
  if (!(fs >= LOWEST_FS && fs < Number.POSITIVE_INFINITY)) {
    throw new RangeError(`fs: expected ${LOWEST_FS} Hz or more, found ${fs}`);
  }
  for (const [i, lead] of signal.entries()) {
    if (lead.length === signal[0].length) continue;
    throw new RangeError(`signal[${i}]: expected ${signal[0].length} samples as in signal[0], found ${lead.length}`);
  }
  const energies = qrsEnergies(signal, fs);
  const sharp = commonEnergy(energies, SHARP * fs);
  const quiet = quantile(sharp, QUIET);
  return findComplexes(commonEnergy(energies, QRS * fs), fs).map((middle) => {
    const peak = highest(sharp, middle - PEAK_WITHIN * fs, middle + PEAK_WITHIN * fs);
    const threshold = quiet + BOUNDARY_SHARE * (sharp[peak] - quiet);
    const boundary = (step: 1 | -1) => fallsBelow(sharp, threshold, peak, step, BOUNDARY_WITHIN * fs, EDGE * fs);
    return { onset: boundary(-1), peak, offset: boundary(1) };
  });
}

/** The samples in the middle of QRS complexes. */
function findComplexes(energy: Float64Array, fs: number): number[] {
  const beat = movingAverage(energy, BEAT * fs);
  const above = ABOVE_MEAN * (energy.reduce((sum, value) => sum + value, 0) / energy.length);
  const blocks: number[] = []; // the highest sample of each
  for (let t = 0; t < energy.length; t++) {
    const start = t;
    while (t < energy.length && energy[t] > beat[t] + above) t++;
    if (t - start >= SHORTEST * fs) blocks.push(highest(energy, start, t - 1));
  }
  const usual = quantile(
    blocks.map((block) => energy[block]),
    USUAL,
  );
  if (!(usual >= STANDS_OUT * median(energy))) return [];
  const complexes: number[] = [];
  for (const block of blocks.sort((a, b) => energy[b] - energy[a])) {
    if (energy[block] < FAINTEST * usual) break;
    const isPartOf = (other: number) => {
      const apart = Math.abs(other - block) / fs;
      return apart < REFRACTORY || (apart < NEAR && energy[block] < SMALLER * energy[other]);
    };
    if (!complexes.some(isPartOf)) complexes.push(block);
  }
  return complexes.sort((a, b) => a - b);
}

/** Where the values are highest, from and to included. */
function highest(values: Float64Array, from: number, to: number): number {
  let best = Math.max(0, Math.ceil(from));
  for (let t = best + 1; t <= to && t < values.length; t++) if (values[t] > values[best]) best = t;
  return best;
}

/** The nearest sample that low, unless it lies at the end of the record. */
function fallsBelow(values: Float64Array, threshold: number, from: number, step: 1 | -1, within: number, edge: number) {
  for (let t = from; Math.abs(t - from) <= within && t >= 0 && t < values.length; t += step) {
    if (values[t] <= threshold) return t >= edge && t < values.length - edge ? t : undefined;
  }
  return undefined;
}

/** Triangles of this half width, in seconds, are the low-pass and the baseline: what lies between them is a QRS complex's, about 8 to 30 Hz. */
const SMOOTH = 0.012;
const BASELINE = 0.05;

/**
 * The squared band-pass of every lead that is neither constant nor without a valid sample: differences of moving averages, as the integer
 * filters of Pan & Tompkins 1985 are. The phase is zero. Invalid samples are bridged by straight lines first.
 *
 * @param signal [leads][samples]
 * @returns [leads or fewer][samples]
 */
function qrsEnergies(signal: ArrayLike<number>[], fs: number): Float64Array[] {
  return signal.flatMap((lead) => {
    if (countInvalid(lead) === lead.length) return [];
    const bridged = bridgeGaps(lead);
    const centred = bridged.map((value) => value - bridged[0]); // far from zero, sums round
    if (centred.every((value) => value === 0)) return [];
    const smooth = triangle(centred, SMOOTH * fs);
    const baseline = triangle(centred, BASELINE * fs);
    return [smooth.map((value, t) => (value - baseline[t]) ** 2)];
  });
}

function triangle(signal: ArrayLike<number>, width: number): Float64Array {
  return movingAverage(movingAverage(signal, width), width);
}

/**
 * The energy that the leads have in common: each averaged over `width` samples and scaled to a maximum of 1, then the median of the leads. What
 * only a few of them show, noise of a loose electrode or one lead's artefact, is not in it.
 */
function commonEnergy(energies: Float64Array[], width: number): Float64Array {
  const scaled = energies.map((energy) => {
    const smooth = movingAverage(energy, width);
    const max = smooth.reduce((a, b) => Math.max(a, b), 0);
    return smooth.map((value) => value / max);
  });
  if (scaled.length < 2) return scaled[0] ?? new Float64Array(0);
  const column = new Float64Array(scaled.length);
  const middle = scaled.length >> 1;
  return scaled[0].map((_, t) => {
    for (let lead = 0; lead < column.length; lead++) {
      let at = lead; // sorted as it is filled: a dozen values do not repay a call
      for (; at > 0 && column[at - 1] > scaled[lead][t]; at--) column[at] = column[at - 1];
      column[at] = scaled[lead][t];
    }
    return scaled.length % 2 ? column[middle] : (column[middle - 1] + column[middle]) / 2;
  });
}

/**
 * The mean around each sample, `width` samples wide (made odd, so that nothing is delayed). Towards the ends it is narrower on both sides alike: a
 * straight line stays one.
 */
function movingAverage(signal: ArrayLike<number>, width: number): Float64Array {
  const n = signal.length;
  const half = Math.floor(width / 2);
  const sums = new Float64Array(n + 1);
  for (let t = 0; t < n; t++) sums[t + 1] = sums[t] + signal[t];
  const means = new Float64Array(n);
  for (let t = 0; t < n; t++) {
    const reach = Math.min(half, t, n - 1 - t);
    means[t] = (sums[t + reach + 1] - sums[t - reach]) / (2 * reach + 1);
  }
  return means;
}

/** The value that a share `p` of the values lies below, between two of them by interpolation; NaN of none. */
function quantile(values: ArrayLike<number>, p: number): number {
  if (values.length === 0) return Number.NaN;
  const sorted = Float64Array.from(values).sort();
  const at = p * (sorted.length - 1);
  const below = Math.floor(at);
  const above = Math.min(below + 1, sorted.length - 1);
  return sorted[below] + (at - below) * (sorted[above] - sorted[below]);
}

function median(values: ArrayLike<number>): number {
  return quantile(values, 0.5);
}
