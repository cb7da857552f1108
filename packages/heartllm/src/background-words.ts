import type { PatientBackground } from '@heartllm/ecg-datasets';
import { patientBackground } from '@heartllm/vocab-bridge';

/** Age, sex, height and weight in the published wording; an age above 89 is not told. */
export function backgroundWords({ age, sex, height, weight }: PatientBackground): string {
  return patientBackground({
    ...(typeof age === 'number' && { age }),
    ...(sex && { sex: sex === 'male' ? 0 : 1 }),
    ...(height !== undefined && { height }),
    ...(weight !== undefined && { weight }),
  });
}
