import { checkRate } from './error.ts';
import { rateRatio } from './rate-ratio.ts';

/** Zero crossings of the sinc to each side, in samples of the slower rate, and the Kaiser window's beta: scipy's choice. */
const HALF_WIDTH = 10;
const KAISER_BETA = 5;

/**
 * The signal at another rate, through an anti-aliasing low-pass filter: scipy.signal.resample_poly with its default window (Kaiser, beta 5),
 * length (ceil(n * toHz / fromHz)) and phase (sample 0 stays at time 0); sums are taken in double precision.
 *
 * Any rates, also fractional ones: their ratio is taken as the simplest fraction that is exact to 1e-10, or else the closest one with both terms
 * up to 250,000, which is at most 4e-6 off.
 *
 * As with scipy's default, the signal is zero outside, so one with an offset rings at its ends; {@link prepare} avoids that. A NaN makes every
 * output within 11 samples of the slower rate NaN: fill gaps first ({@link fillGaps}).
 *
 * @param signal samples in any unit
 * @param fromHz their rate
 * @param toHz the rate wanted; the same rate gives a copy
 * @returns float32, ceil(n * toHz / fromHz) samples in the unit of the signal
 * @throws PrepareError for a rate that is not positive, or rates more than a factor of 250,000 apart
 */
export function resample(signal: ArrayLike<number>, fromHz: number, toHz: number): Float32Array {
  return resampler(fromHz, toHz)(signal, 'zero');
}

/**
 * How a signal goes on outside: 'zero', or along the straight line through its first and last sample, which is taken off before filtering and put
 * back behind it. The line keeps a constant lead constant and an offset from ringing at the ends.
 */
type Outside = 'zero' | 'line';

/** {@link resample} for many signals: the filter is designed once, as much of it as they need. */
export function resampler(fromHz: number, toHz: number): (signal: ArrayLike<number>, outside: Outside) => Float32Array {
  checkRate(fromHz);
  checkRate(toHz);
  const [up, down] = rateRatio(fromHz, toHz);
  if (up === down) return (signal) => Float32Array.from(signal);
  const filter = lowPass(Math.max(up, down));
  const taps = Math.ceil((2 * filter.half + 1) / up);
  const rows: Float64Array[] = []; // of outputs 0 .. up - 1; then they repeat

  return (signal, outside) => {
    const n = signal.length;
    const [first, slope] = outside === 'line' && n > 0 ? lineThroughEnds(signal) : [0, 0];
    const padded = new Float64Array(n + 2 * taps); // zeros on both sides, so that the loop below needs no bounds
    for (let t = 0; t < n; t++) padded[taps + t] = signal[t] - (first + slope * t);
    const output = new Float32Array(Math.ceil((n * up) / down));
    for (let m = 0; m < output.length; m++) {
      // Output m lies at m * down on the grid of the upsampled signal, whose every up-th point is an input; the filter reaches half to each side.
      const end = m * down + filter.half;
      rows[m % up] ??= tapsOfPhase(filter, end % up, up, taps);
      const row = rows[m % up];
      const start = Math.floor(end / up) + 1; // of the inputs under the filter, in padded
      let sum = 0;
      for (let k = 0; k < taps; k++) sum += row[k] * padded[start + k];
      output[m] = sum + (first + slope * ((m * down) / up));
    }
    return output;
  };
}

function lineThroughEnds(signal: ArrayLike<number>): [first: number, slope: number] {
  const n = signal.length;
  return [signal[0], n > 1 ? (signal[n - 1] - signal[0]) / (n - 1) : 0];
}

/** A symmetric filter of 2 * half + 1 taps. */
interface Filter {
  half: number;
  /** Tap i, counted from the middle, -half .. half; all together they are 1. */
  tap(i: number): number;
}

/** Windowed sinc that cuts at the slower rate's Nyquist frequency, on a grid of `steps` per sample of that rate; scipy.signal.firwin. */
function lowPass(steps: number): Filter {
  const sum = steps <= EXACT_SUM ? sumOfTaps(steps) : (sumOfTaps(EXACT_SUM) / EXACT_SUM) * steps;
  return { half: HALF_WIDTH * steps, tap: (i) => windowedSinc(i / steps) / sum };
}

/** From so many steps on, the sum is the integral's to 1e-9: the trapezoidal rule, whose error falls with the square of the steps. */
const EXACT_SUM = 1000;

function sumOfTaps(steps: number): number {
  let sum = windowedSinc(0);
  for (let i = 1; i < HALF_WIDTH * steps; i++) sum += 2 * windowedSinc(i / steps);
  return sum;
}

/** At x samples of the slower rate from the middle, up to HALF_WIDTH. */
function windowedSinc(x: number): number {
  const window = besselI0(KAISER_BETA * Math.sqrt(1 - (x / HALF_WIDTH) ** 2));
  return x === 0 ? window : (window * Math.sin(Math.PI * x)) / (Math.PI * x);
}

/** Modified Bessel function of order 0 by its power series, which for arguments up to 5 is exact after 25 terms. */
function besselI0(x: number): number {
  const quarter = (x * x) / 4;
  let term = 1;
  let sum = 1;
  for (let k = 1; term > sum * 1e-17; k++) {
    term *= quarter / (k * k);
    sum += term;
  }
  return sum;
}

/** Every up-th tap from the given one on, last first and times `up`: what meets the inputs at an output of this phase. */
function tapsOfPhase({ half, tap }: Filter, phase: number, up: number, taps: number): Float64Array {
  const row = new Float64Array(taps);
  for (let k = taps - 1, i = phase - half; i <= half; k--, i += up) row[k] = up * tap(i);
  return row;
}
