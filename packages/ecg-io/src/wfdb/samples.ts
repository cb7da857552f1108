/** Arithmetic on the samples of one signal within a block of frames; nothing is read here. */

/** Where the samples of one signal are: `samples[start + i * stride]` for i < count. */
export interface Stored {
  samples: Int32Array;
  start: number;
  stride: number;
  count: number;
  /** The value that marks an invalid sample. */
  invalid: number;
}

/** physical = (digital - baseline) / adcGain */
export interface Calibration {
  adcGain: number;
  baseline: number;
}

/** Where a signal stands in a frame. */
export interface Place {
  /** Samples of all signals in a frame. */
  frameSize: number;
  /** Those before it. */
  slot: number;
  /** Its own. */
  sampsPerFrame: number;
}

/**
 * Takes one signal out of the frames of its file, without copying where it has one sample per frame.
 *
 * @param samples whole frames
 * @param smooth one sample per frame, the mean
 */
export function takeSignal(samples: Int32Array, place: Place, smooth: boolean, invalid: number): Stored {
  const { frameSize, slot, sampsPerFrame } = place;
  const frames = samples.length / frameSize;
  if (sampsPerFrame === 1) return { samples, start: slot, stride: frameSize, count: frames, invalid };
  const own = smooth ? means(samples, place, frames, invalid) : runs(samples, place, frames);
  return { samples: own, start: 0, stride: 1, count: own.length, invalid };
}

/** All samples of a signal, frame after frame. */
function runs(samples: Int32Array, { frameSize, slot, sampsPerFrame }: Place, frames: number): Int32Array {
  const taken = new Int32Array(frames * sampsPerFrame);
  for (let frame = 0, i = 0; frame < frames; frame++) {
    const start = frame * frameSize + slot;
    for (let k = 0; k < sampsPerFrame; k++) taken[i++] = samples[start + k];
  }
  return taken;
}

/**
 * The mean of each frame, rounded to the nearest integer, halves up, and invalid where one of its samples is: as rdsamp of the WFDB library
 * gives it since 10.7. Before, and in wfdb-python 4.3.1, it is truncated towards zero.
 */
function means(
  samples: Int32Array,
  { frameSize, slot, sampsPerFrame }: Place,
  frames: number,
  invalid: number,
): Int32Array {
  const taken = new Int32Array(frames);
  for (let frame = 0; frame < frames; frame++) {
    const start = frame * frameSize + slot;
    let sum = sampsPerFrame >> 1;
    let allValid = true;
    for (let k = start; k < start + sampsPerFrame; k++) {
      sum += samples[k];
      if (samples[k] === invalid) allValid = false;
    }
    taken[frame] = allValid ? Math.floor(sum / sampsPerFrame) : invalid;
  }
  return taken;
}

/**
 * Fills `values`, of as many samples, with (digital - baseline) / gain, computed in float64 and stored in float32; NaN for an invalid sample.
 *
 * @returns how many are invalid, and the sum of all samples modulo 2^32, which costs nothing in the same pass
 */
export function toPhysical(
  { samples, start, stride, count, invalid }: Stored,
  { adcGain, baseline }: Calibration,
  values: Float32Array,
): { found: number; sum: number } {
  let found = 0;
  let sum = 0;
  // `| 0`: whole numbers, whatever the compiler has seen here before.
  const step = stride | 0;
  const end = count | 0;
  const mark = invalid | 0;
  for (let i = 0, at = start | 0; i < end; i++, at = (at + step) | 0) {
    const digital = samples[at];
    sum = (sum + digital) | 0;
    if (digital === mark) found = (found + 1) | 0;
    values[i] = (digital - baseline) / adcGain;
  }
  if (found > 0) {
    for (let i = 0, at = start | 0; i < count; i++, at = (at + step) | 0) {
      if (samples[at] === mark) values[i] = Number.NaN;
    }
  }
  return { found, sum };
}

/** Fills `values`, of as many samples, with the integers as stored, an invalid one as `invalid`. */
export function toDigital(stored: Stored, invalid: number, values: Int32Array): void {
  const { samples, start, stride, count } = stored;
  const step = stride | 0;
  for (let i = 0, at = start | 0; i < count; i++, at = (at + step) | 0) values[i] = samples[at];
  if (stored.invalid !== invalid) {
    for (let i = 0; i < count; i++) if (values[i] === stored.invalid) values[i] = invalid;
  }
}

/** The same physical values as integers of another gain and baseline, rounded; `stored` itself where they are the same. */
export function rescale(stored: Stored, from: Calibration, to: Calibration): Stored {
  if (from.adcGain === to.adcGain && from.baseline === to.baseline) return stored;
  const { samples, start, stride, count, invalid } = stored;
  const scale = to.adcGain / from.adcGain;
  const rescaled = new Int32Array(count);
  for (let i = 0, at = start; i < count; i++, at += stride) {
    rescaled[i] = samples[at] === invalid ? invalid : Math.round((samples[at] - from.baseline) * scale + to.baseline);
  }
  return { ...stored, samples: rescaled, start: 0, stride: 1 };
}

/** The 16-bit sum of samples, signed, as the header's checksum has it. */
export function checksum(samples: Int32Array): number {
  return wrap16(sumOf(samples, { frameSize: 1, slot: 0, sampsPerFrame: 1 }));
}

/** The low 16 bits, signed. */
export function wrap16(sum: number): number {
  return (sum << 16) >> 16;
}

/** The sum of a signal's samples modulo 2^32. */
export function sumOf(samples: Int32Array, { frameSize, slot, sampsPerFrame }: Place): number {
  let sum = 0;
  const step = frameSize | 0;
  for (let k = slot; k < slot + sampsPerFrame; k++) {
    for (let i = k | 0; i < samples.length; i = (i + step) | 0) sum = (sum + samples[i]) | 0;
  }
  return sum;
}
