import { EcgFileError } from '../file-error.ts';
import { namedLead } from '../prepare/lead-names.ts';
import type { EdfSignal } from './header.ts';

/** physical = (digital - baseline) / gain */
export interface Calibration {
  gain: number;
  baseline: number;
}

/**
 * The line through the two points that the header gives. Where one range runs downwards the signal is turned over, as in EDFlib.
 *
 * @returns undefined if there is no such line: a range without extent, or a field that is no number
 */
export function calibrationOf({
  physicalMin,
  physicalMax,
  digitalMin,
  digitalMax,
}: EdfSignal): Calibration | undefined {
  const gain = (digitalMax - digitalMin) / (physicalMax - physicalMin); // NaN where a field is no number
  return Number.isFinite(gain) && gain !== 0 ? { gain, baseline: digitalMin - physicalMin * gain } : undefined;
}

/** Why a signal cannot be calibrated. */
export function uncalibrated({ unreadable, label, ...range }: EdfSignal, file: string): EcgFileError {
  const { digitalMin, digitalMax, physicalMin, physicalMax } = range;
  const found = `digital ${digitalMin} to ${digitalMax}, physical ${physicalMin} to ${physicalMax}`;
  return unreadable ?? new EcgFileError({ file, field: namedLead(label) }, `cannot be calibrated: ${found}`);
}
