import type { PatientBackground } from '../background.ts';
import { coarseAge, known } from '../row.ts';

/**
 * What HeartLLM's background string tells about the patient: age, sex, height and weight. Nothing else is taken over, not
 * patient, nurse, site and device, not the day of the recording, nor whatever else may stand there.
 *
 * @param text 'Patient Information: - Patient ID: 9496; - Age: 54; - Sex: 1; - Height: nan; - Weight: 59; Recording ...'
 */
export function parseBackground(text: string): PatientBackground {
  const value = (field: string): number | undefined => {
    const found = new RegExp(`(?:^|[-;]\\s*)${field}:\\s*(\\d+(?:\\.\\d+)?)\\s*(?:;|\\.\\s*$|$)`).exec(text)?.[1];
    return found === undefined ? undefined : Number(found);
  };
  const sex = value('Sex');
  return {
    ...known('age', coarseAge(value('Age'))),
    ...(sex === 0 || sex === 1 ? { sex: sex === 0 ? ('male' as const) : ('female' as const) } : {}), // as PTB-XL codes it
    ...known('height', value('Height')),
    ...known('weight', value('Weight')),
  };
}

/** The patient's number in a background, for splits only. */
export function patientOf(text: string): string | undefined {
  return /(?:^|[-;]\s*)Patient ID:\s*(\d+)/.exec(text)?.[1];
}
