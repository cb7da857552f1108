import { delineate, type QrsComplex } from './delineate.ts';
import { type Deviation, deviation } from './deviation.ts';
import { type LeadErrors, leadErrors } from './lead-errors.ts';
import { pairBeats } from './pair-beats.ts';
import { stLevel } from './st-level.ts';

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
