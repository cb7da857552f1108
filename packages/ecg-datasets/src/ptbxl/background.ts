import type { PatientBackground } from '../background.ts';
import type { PtbXlRow } from './row.ts';

/** The patient's background for a report prompt; fields that PTB-XL does not know are absent. */
export function patientBackground(row: PtbXlRow): PatientBackground {
  const background: PatientBackground = {};
  if (row.age !== undefined) background.age = row.age > 89 ? 'over 89' : row.age;
  if (row.sex !== undefined) background.sex = row.sex;
  if (row.height !== undefined) background.height = row.height;
  if (row.weight !== undefined) background.weight = row.weight;
  return background;
}
