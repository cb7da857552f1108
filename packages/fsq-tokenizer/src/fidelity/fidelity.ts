import { zScore } from '../z-score.ts';
import { delineate, type QrsComplex } from './delineate.ts';

/** What is lost of one lead. */
export interface LeadFidelity extends LeadErrors {
  /** ST levels, in the unit of the signal. */
  stLevel: Deviation;
}

/** What is lost of a recording. */
export interface Fidelity {
  /** In the order of the signal's leads. */
  leads: LeadFidelity[];
  /** Beats found in each of the two, and how many of them belong together. */
  beats: {
    /** In the original. */
    original: number;
    /** In the decoded signal. */
    decoded: number;
    /** In both, at most 150 ms apart; what is measured of beats is measured of these. */
    paired: number;
  };
  /** When the R-peaks are, in ms; one time per beat for all leads. */
  rPeakMs: Deviation;
  /** How long the QRS complexes are, in ms; from the common onset to the common offset of all leads. */
  qrsDurationMs: Deviation;
}

/**
 * What a signal loses on its way through a codec, this or any other.
 *
 * Errors per lead are taken sample by sample. Beats are found, and measured, in each of the two signals by itself ({@link delineate}), as by a reader who has
 * only one of them, and paired by one rule: nearest to each other, and at most 150 ms apart. A beat that is lost, or made up, shows in the
 * counts and in nothing else. What cannot be measured is NaN.
 *
 * ```ts
 * const { codes, scale } = tokenizer.encodeWithScale(record);
 * const { leads, rPeakMs } = fidelity(record.signal, tokenizer.decode(codes, scale), record.fs);
 * console.log(leads[1].prd, rPeakMs.meanAbsolute);
 * ```
 *
 * @param original [leads][samples], NaN where a sample is invalid
 * @param decoded the same shape and unit
 * @param fs samples per second, 100 to 1000 Hz
 * @throws RangeError when the shapes differ, and for what {@link delineate} refuses
 */
export function fidelity(original: ArrayLike<number>[], decoded: ArrayLike<number>[], fs: number): Fidelity {
  if (decoded.length !== original.length) {
    throw new RangeError(`decoded: expected ${original.length} leads as in the original, found ${decoded.length}`);
  }
  for (const [i, lead] of original.entries()) {
    if (decoded[i].length === lead.length) continue;
    throw new RangeError(
      `decoded[${i}]: expected ${lead.length} samples as in the original, found ${decoded[i].length}`,
    );
  }
  const beats = { original: delineate(original, fs), decoded: delineate(decoded, fs) };
  const pairs = pairBeats(beats.original, beats.decoded, fs);
  const ms = (measure: (beat: QrsComplex) => number) =>
    deviation(pairs.map(([before, after]) => ((measure(after) - measure(before)) * 1000) / fs));
  return {
    leads: original.map((lead, i) => ({
      ...leadErrors(lead, decoded[i]),
      stLevel: deviation(pairs.map(([before, after]) => stLevel(decoded[i], after, fs) - stLevel(lead, before, fs))),
    })),
    beats: { original: beats.original.length, decoded: beats.decoded.length, paired: pairs.length },
    rPeakMs: ms(({ peak }) => peak),
    qrsDurationMs: ms(({ onset = Number.NaN, offset = Number.NaN }) => offset - onset),
  };
}

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
function leadErrors(original: ArrayLike<number>, decoded: ArrayLike<number>): LeadErrors {
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

/** Seconds: the ST level is taken around J + 60 ms, its reference, the PR segment, right before the onset. */
const AFTER_J = 0.06;
const HALF = 0.01;
const PR_FROM = 0.03;
const PR_TO = 0.01;

/**
 * The ST level of one beat: the mean from 50 to 70 ms behind the J point, above the mean of the PR segment, from 30 to 10 ms before the QRS onset.
 *
 * @param lead samples in any unit, which is that of the level
 * @param beat the complex as {@link delineate} finds it, in samples of the lead
 * @param fs samples per second
 * @returns NaN where onset or J point is not known, or what is to be measured is outside the record or invalid
 */
export function stLevel(lead: ArrayLike<number>, { onset, offset }: QrsComplex, fs: number): number {
  if (onset === undefined || offset === undefined) return Number.NaN;
  const st = mean(lead, offset + (AFTER_J - HALF) * fs, offset + (AFTER_J + HALF) * fs);
  return st - mean(lead, onset - PR_FROM * fs, onset - PR_TO * fs);
}

/** From and to included, to the nearest sample. */
function mean(lead: ArrayLike<number>, from: number, to: number): number {
  const [first, last] = [Math.round(from), Math.round(to)];
  if (first < 0 || last >= lead.length) return Number.NaN;
  let sum = 0;
  for (let t = first; t <= last; t++) sum += lead[t];
  return sum / (last - first + 1);
}

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
function deviation(differences: number[]): Deviation {
  const measured = differences.filter(Number.isFinite);
  const average = (values: number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
  return { beats: measured.length, mean: average(measured), meanAbsolute: average(measured.map(Math.abs)) };
}

/** ANSI/AAMI EC57's match window. */
const WINDOW = 0.15;

/**
 * Pairs the beats of two signals: each with the one whose peak is nearest to its own, if that holds from both sides and they are at most
 * 150 ms apart. The others have no partner.
 *
 * @returns in the order of time
 */
function pairBeats(a: QrsComplex[], b: QrsComplex[], fs: number): [QrsComplex, QrsComplex][] {
  return a.flatMap((beat): [QrsComplex, QrsComplex][] => {
    const partner = nearest(b, beat);
    if (!partner || Math.abs(partner.peak - beat.peak) > WINDOW * fs || nearest(a, partner) !== beat) return [];
    return [[beat, partner]];
  });
}

function nearest(beats: QrsComplex[], { peak }: QrsComplex): QrsComplex | undefined {
  let [from, to] = [0, beats.length]; // of the first beat that is not earlier
  while (from < to) {
    const middle = (from + to) >> 1;
    if (beats[middle].peak < peak) from = middle + 1;
    else to = middle;
  }
  const [before, after] = [beats[from - 1], beats[from]];
  return before && (!after || peak - before.peak <= after.peak - peak) ? before : after;
}
