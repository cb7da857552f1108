import { checkRate, PrepareError } from './error.ts';

/** A recursive filter of second order: y[t] = b0 x[t] + b1 x[t-1] + b2 x[t-2] - a1 y[t-1] - a2 y[t-2]. */
interface Biquad {
  b: [number, number, number];
  a: [1, number, number];
}

const BASELINE_HZ = 0.5;
const NOTCH_QUALITY = 30;
/** Samples by which a signal is continued at each end before filtering: scipy.signal.filtfilt's default for second order. */
const EDGE = 9;

/**
 * Takes out baseline wander: a high-pass at 0.5 Hz (Butterworth, second order) run forwards and backwards, so that nothing is delayed and the ST
 * segment keeps its place. Amplitudes at 0.5 Hz are halved (-6 dB), from 1 Hz on at least 94 % remain; the mean becomes about 0.
 *
 * Equals `filtfilt(*butter(2, 0.5, 'highpass', fs=fs), x)` of scipy.signal. A single NaN makes everything NaN: fill gaps first.
 *
 * @param signal samples in any unit
 * @param fs their rate in Hz, more than 1
 * @returns float32, as many samples in the same unit
 * @throws PrepareError for a rate too low for the filter
 */
export function removeBaseline(signal: ArrayLike<number>, fs: number): Float32Array {
  return filterBothWays(signal, highPass(below(fs, BASELINE_HZ, 'baseline filter')));
}

/**
 * Takes out mains hum: a notch (quality 30, 1.7 Hz wide at 50 Hz) run forwards and backwards, so that nothing is delayed.
 *
 * Equals `filtfilt(*iirnotch(mains, 30, fs=fs), x)` of scipy.signal. A single NaN makes everything NaN: fill gaps first.
 *
 * @param signal samples in any unit
 * @param fs their rate in Hz, more than twice the mains frequency
 * @param mains 50 Hz, or 60 Hz in the Americas and parts of Asia
 * @returns float32, as many samples in the same unit
 * @throws PrepareError for a rate too low for the filter
 */
export function removeMains(signal: ArrayLike<number>, fs: number, mains: 50 | 60): Float32Array {
  return filterBothWays(signal, notch(below(fs, mains, `${mains} Hz filter`)));
}

/** The frequency as an angle per sample. */
function below(fs: number, frequency: number, what: string): number {
  checkRate(fs);
  if (fs > 2 * frequency) return (2 * Math.PI * frequency) / fs;
  throw new PrepareError(undefined, `${what}: expected a sampling rate above ${2 * frequency} Hz, found ${fs} Hz`);
}

/** Butterworth high-pass of second order through the bilinear transform. */
function highPass(angle: number): Biquad {
  const w = Math.tan(angle / 2);
  const gain = 1 / (1 + Math.SQRT2 * w + w * w);
  return { b: [gain, -2 * gain, gain], a: [1, 2 * (w * w - 1) * gain, (1 - Math.SQRT2 * w + w * w) * gain] };
}

/** Orfanidis, Introduction to Signal Processing (1996), section 11.3: the notch of the given quality, gain 1 elsewhere. */
function notch(angle: number): Biquad {
  const gain = 1 / (1 + Math.tan(angle / NOTCH_QUALITY / 2));
  const middle = -2 * gain * Math.cos(angle);
  return { b: [gain, middle, gain], a: [1, middle, 2 * gain - 1] };
}

/**
 * Forwards, then backwards: twice the attenuation, no phase. Before that the signal is continued by its point reflection in the end samples, and each
 * pass begins as if the signal had always been at its first value: the defaults of scipy.signal.filtfilt.
 */
function filterBothWays(signal: ArrayLike<number>, filter: Biquad): Float32Array {
  const n = signal.length;
  const edge = Math.min(EDGE, n - 1);
  if (n === 0) return new Float32Array(0);
  const extended = new Float64Array(n + 2 * edge);
  for (let t = 0; t < n; t++) extended[edge + t] = signal[t];
  for (let t = 1; t <= edge; t++) {
    extended[edge - t] = 2 * signal[0] - signal[t];
    extended[edge + n - 1 + t] = 2 * signal[n - 1] - signal[n - 1 - t];
  }
  run(extended, filter);
  extended.reverse();
  run(extended, filter);
  extended.reverse();
  return Float32Array.from(extended.subarray(edge, edge + n));
}

/** In place; transposed direct form II, whose two states begin where a constant input of the first value would have left them. */
function run(samples: Float64Array, { b: [b0, b1, b2], a: [, a1, a2] }: Biquad): void {
  const settled = (b0 + b1 + b2) / (1 + a1 + a2);
  let state2 = (b2 - a2 * settled) * samples[0];
  let state1 = (b1 - a1 * settled) * samples[0] + state2;
  for (let t = 0; t < samples.length; t++) {
    const x = samples[t];
    const y = b0 * x + state1;
    state1 = b1 * x - a1 * y + state2;
    state2 = b2 * x - a2 * y;
    samples[t] = y;
  }
}
