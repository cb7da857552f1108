import type { SignalSlot } from './signal-file.ts';

/** Takes one signal out of the samples of its file. `samples` begins with a frame and holds whole frames of `frameSize` samples. */
export function pickSignal(samples: Int32Array, frameSize: number, { slot, signal }: SignalSlot): Int32Array {
  const { sampsPerFrame } = signal;
  const frames = samples.length / frameSize;
  const picked = new Int32Array(frames * sampsPerFrame);
  for (let frame = 0, i = 0; frame < frames; frame++) {
    for (let k = 0; k < sampsPerFrame; k++) picked[i++] = samples[frame * frameSize + slot + k];
  }
  return picked;
}

/**
 * Takes the skew out: the result has `length` samples and begins `shift` samples later. What lies behind the end of the record is invalid,
 * as in wfdb-python.
 */
export function removeSkew(samples: Int32Array, shift: number, length: number, invalid: number): Int32Array {
  if (shift === 0 && samples.length === length) return samples;
  const moved = new Int32Array(length).fill(invalid);
  moved.set(samples.subarray(shift, shift + length));
  return moved;
}

/** (digital - baseline) / gain, computed in float64 and stored in float32; NaN for an invalid sample. */
export function toPhysical(
  digital: Int32Array,
  { adcGain, baseline }: { adcGain: number; baseline: number },
  invalid: number,
): { values: Float32Array; invalidSamples: number } {
  const values = new Float32Array(digital.length);
  let invalidSamples = 0;
  for (let i = 0; i < digital.length; i++) {
    if (digital[i] === invalid) {
      values[i] = Number.NaN;
      invalidSamples++;
    } else {
      values[i] = (digital[i] - baseline) / adcGain;
    }
  }
  return { values, invalidSamples };
}

/** The 16-bit sum of the samples, signed, as the header's checksum has it. */
export function checksum(samples: Int32Array): number {
  let sum = 0;
  for (let i = 0; i < samples.length; i++) sum = (sum + samples[i]) | 0;
  return (sum << 16) >> 16;
}
