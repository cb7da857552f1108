import type { ScpStatement, Superclass } from './statement.ts';

/** ECG-QA's names of the superclasses; NORM is no symptom there, hence the name of the statement. */
export const SUPERCLASS_NAMES: Record<Superclass, string> = {
  NORM: 'normal ecg',
  MI: 'myocardial infarction',
  STTC: 'st/t change',
  CD: 'conduction disturbance',
  HYP: 'hypertrophy',
};

/** Where ECG-QA's name is more than PTB-XL's description in lower case. */
const NAMES: Record<string, string> = {
  DIG: 'digitalis effect',
  EL: 'electrolytic disturbance or drug',
  WPW: 'wolff-parkinson-white syndrome',
  LOWT: 'low amplitude t-wave',
  BIGU: 'bigeminal pattern (unknown origin, supraventricular, or ventricular)',
  TRIGU: 'trigeminal pattern (unknown origin, supraventricular, or ventricular)',
};

/**
 * The name of a statement in questions and answers, with ECG-QA's wording where ECG-QA has the statement: lower case,
 * 'inferior myocardial infarction' becomes 'myocardial infarction in inferior leads'.
 */
export function symptomName(statement: ScpStatement): string {
  if (statement.code in NAMES) return NAMES[statement.code];
  const description = plain(statement.description);
  const infarction = /^(\S+) myocardial infarction$/.exec(description);
  return infarction ? `myocardial infarction in ${infarction[1]} leads` : description;
}

/** Where a report would not write PTB-XL's description in lower case. */
const PHRASES: Record<string, string> = {
  DIG: 'digitalis effect',
  EL: 'electrolytic disturbance or drug effect',
  WPW: 'wolff-parkinson-white syndrome',
  ISC_: 'non-specific ischemic st-t changes',
  IVCD: 'non-specific intraventricular conduction disturbance',
  QWAVE: 'q waves',
  BIGU: 'bigeminal pattern',
  TRIGU: 'trigeminal pattern',
};

/** The name of a statement in a report: lower case, as the English reports of PTB-XL are. */
export function reportPhrase(statement: ScpStatement): string {
  if (statement.code in PHRASES) return PHRASES[statement.code];
  return plain(statement.description).replace(/^ischemic in /, 'ischemic st-t changes in ');
}

/** A full stop separates answers and statements, so no name may hold one. */
function plain(description: string): string {
  return description.toLowerCase().replaceAll('.', '').replace(/\s+/g, ' ').trim();
}
