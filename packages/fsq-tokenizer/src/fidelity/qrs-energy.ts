import { bridgeGaps, countInvalid } from '../recording.ts';
import { movingAverage } from './moving-average.ts';

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
export function qrsEnergies(signal: ArrayLike<number>[], fs: number): Float64Array[] {
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
export function commonEnergy(energies: Float64Array[], width: number): Float64Array {
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
