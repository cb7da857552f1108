import { EcgFileError } from '../file-error.ts';

/** The times of a file's samples. */
export interface Times {
  /** One per sample, in seconds. */
  seconds: Float64Array;
  /** The smallest step that the file can write, in seconds. */
  resolution: number;
  /** Lines of the samples. */
  lines: ArrayLike<number>;
}

/**
 * Samples per second: how many there are over the time they span. Times are rounded (360 Hz is 0.003, 0.006, 0.008), so where a whole
 * number of samples per second explains them, it is taken.
 *
 * @throws EcgFileError naming the line where time runs backwards or leaves a gap
 */
export function samplingRate({ seconds, resolution, lines }: Times, file: string): number {
  const count = seconds.length - 1;
  const span = seconds[count] - seconds[0];
  if (count < 1 || span === 0) {
    throw new EcgFileError(
      { file, field: 'time' },
      `${seconds.length} samples over ${span || 0} s tell no rate: give fs`,
    );
  }
  const steps = seconds.subarray(1).map((time, i) => time - seconds[i]);
  const usual = steps.slice().sort()[count >> 1];
  const tolerance = Math.max(resolution, usual / 2) * (1 + 1e-6);
  for (let i = 0; i < count; i++) {
    if (steps[i] >= 0 && Math.abs(steps[i] - usual) <= tolerance) continue;
    const message = `expected times that grow by about ${round(Math.abs(usual))} s, found a step of ${round(steps[i])} s`;
    throw new EcgFileError({ file, line: lines[i + 1], field: 'time' }, message);
  }
  const rate = count / span;
  const whole = Math.round(rate);
  return whole > 0 && Math.abs(rate - whole) <= rate * (resolution / span + 1e-6) ? whole : rate;
}

function round(value: number): number {
  return Number(value.toPrecision(6));
}
