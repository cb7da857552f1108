import { reportPhrase } from './names.ts';
import type { PtbXlRow } from './row.ts';
import type { ScpStatement } from './statement.ts';

/** The words that the English reports of PTB-XL use beside these codes (AXR: 'steiltyp', ALAD: 'ueberdrehter linkstyp'). */
const AXIS_PHRASES: Record<string, string> = {
  MID: 'normal axis',
  LAD: 'left axis deviation',
  ALAD: 'marked left axis deviation',
  RAD: 'right axis deviation',
  ARAD: 'marked right axis deviation',
  AXL: 'borderline left axis deviation',
  AXR: 'vertical axis',
  SAG: 'sagittal axis',
};

/**
 * An English report made from the SCP statements: rhythm, axis, diagnosis, form and, where it was said, that the ECG is
 * normal; each in lower case and ended by a full stop, as in 'sinus rhythm. left axis deviation. possible left ventricular hypertrophy. q waves.' Always the same for
 * the same row; '' for an ECG without labels. PTB-XL's own report, in its original language, is `row.report`.
 *
 * @param statements as {@link openPtbxl} reads them
 */
export function englishReport(row: PtbXlRow, statements: ReadonlyMap<string, ScpStatement>): string {
  const stated = [...statements.values()].filter((statement) => statement.code in row.scpCodes);
  if (stated.length === 0) return '';
  const axis = AXIS_PHRASES[row.heartAxis];
  return [
    ...stated.filter((s) => s.rhythm).map(reportPhrase),
    ...(axis ? [axis] : []),
    ...stated.filter((s) => s.diagnostic && s.superclass !== 'NORM').map((s) => withCertainty(s, row.scpCodes[s.code])),
    ...stated.filter((s) => s.form && !s.diagnostic).map(reportPhrase),
    ...stated.filter((s) => s.superclass === 'NORM').map((s) => normality(s, row.scpCodes[s.code])),
  ]
    .map((phrase) => `${phrase}.`)
    .join(' ');
}

/** PTB-XL took the likelihoods from such words; 0 means that none was given. */
function withCertainty(statement: ScpStatement, likelihood: number): string {
  const phrase = reportPhrase(statement);
  if (likelihood === 0 || likelihood >= 100) return phrase;
  if (likelihood >= 80) return `probable ${phrase}`;
  return likelihood >= 50 ? `possible ${phrase}` : `${phrase} cannot be ruled out`;
}

/** 80 goes with 'sonst normales ekg' in the original reports, less with 'grenzbefund'. */
function normality(statement: ScpStatement, likelihood: number): string {
  const phrase = reportPhrase(statement);
  if (likelihood === 0 || likelihood >= 100) return phrase;
  return likelihood >= 80 ? `otherwise ${phrase}` : `borderline ${phrase}`;
}
