import type { PtbXlRow } from './row.ts';
import { type ScpStatement, SUPERCLASSES, type Superclass } from './statement.ts';

/**
 * The diagnostic superclasses of an ECG, in the order NORM, MI, STTC, CD, HYP; several may hold, and none if no
 * diagnostic code was given.
 *
 * As in PTB-XL's own example every diagnostic code counts, whatever its likelihood: 0 means "not known", not "no", and
 * 15 ("cannot be ruled out") counts like 100. The questions are stricter, see `findings`.
 *
 * @param statements as {@link openPtbxl} reads them
 */
export function superclasses(row: PtbXlRow, statements: ReadonlyMap<string, ScpStatement>): Superclass[] {
  const present = new Set(Object.keys(row.scpCodes).map((code) => statements.get(code)?.superclass));
  return SUPERCLASSES.filter((superclass) => present.has(superclass));
}
