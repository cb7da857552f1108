import type { EcgRow } from './row.ts';

/** What a reader of an ECG may know about the patient; nothing in it identifies anybody. */
export interface PatientBackground {
  /** Years; ages above 89 are not told apart, because they point at single persons. */
  age?: number | 'over 89';
  /** As the data set states it; absent where it does not. */
  sex?: 'male' | 'female';
  /** cm */
  height?: number;
  /** kg */
  weight?: number;
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
