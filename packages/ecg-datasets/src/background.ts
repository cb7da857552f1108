import type { EcgRow } from './row.ts';

/** What a reader of an ECG may know about the patient; nothing in it identifies anybody. */
export interface PatientBackground {
  age?: number | 'over 89'; // years
  sex?: 'male' | 'female';
  height?: number; // cm
  weight?: number; // kg
}

/** The patient's background for a report prompt; fields that the data set does not know are absent. */
export function backgroundOf({ age, sex, height, weight }: EcgRow): PatientBackground {
  return {
    ...(age !== undefined && { age }),
    ...(sex && { sex }),
    ...(height !== undefined && { height }),
    ...(weight !== undefined && { weight }),
  };
}
