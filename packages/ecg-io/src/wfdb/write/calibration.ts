import type { WritableFormat } from './sample-formats.ts';

/** digital = physical * gain + baseline, rounded. */
export interface Calibration {
  gain: number;
  /** A whole number of 32 bits. */
  baseline: number;
}

/** What WFDB takes for a signal without calibration. */
const DEFAULT: Calibration = { gain: 200, baseline: 0 };

/** The calibration with which the signal fills the format's range. */
export function chooseCalibration(signal: ArrayLike<number>, { invalid, highest }: WritableFormat): Calibration {
  let low = Number.POSITIVE_INFINITY;
  let high = Number.NEGATIVE_INFINITY;
  for (let i = 0; i < signal.length; i++) {
    if (signal[i] < low) low = signal[i];
    if (signal[i] > high) high = signal[i];
  }
  const fit = (low: number, high: number): Calibration => {
    const gain = (highest - invalid - 2) / (high - low); // one less than there is room for, as the baseline is rounded
    return { gain, baseline: Math.ceil(invalid + 1 - gain * low) };
  };
  // What hardly changes, far from 0, would need a baseline of more than 32 bits; so its range is made to reach to 0.
  const choices = [fit(low, high), fit(Math.min(0, low), Math.max(0, high))];
  const fits = ({ gain, baseline }: Calibration) => gain > 0 && Number.isFinite(gain) && Math.abs(baseline) < 2 ** 31;
  return choices.find(fits) ?? DEFAULT;
}

/** Rounds as numpy and so wfdb-python do: halves to the even neighbour. */
export function roundHalfToEven(value: number): number {
  const rounded = Math.round(value);
  return rounded - value === 0.5 && rounded % 2 !== 0 ? rounded - 1 : rounded;
}
