import { reportPhrase } from './names.ts';
import { type ScpStatement, SUPERCLASSES, type Superclass } from './statement.ts';

/** What `englishReport` puts around a statement to say how certain it is. */
const CERTAINTY = /^(?:probable|possible|otherwise|borderline) | cannot be ruled out$/g;

/**
 * The diagnostic superclasses that a report in the words of `englishReport` names, however certain it is of them, in the
 * order NORM, MI, STTC, CD, HYP. Sentences that are no statement of PTB-XL's name none.
 *
 * @param report sentences that end at '.'; upper and lower case count as the same
 * @param statements as {@link openPtbxl} reads them
 */
export function namedSuperclasses(report: string, statements: ReadonlyMap<string, ScpStatement>): Superclass[] {
  const byPhrase = new Map(
    [...statements.values()].map((statement) => [reportPhrase(statement), statement.superclass]),
  );
  const named = new Set(
    report.split('.').map((sentence) => byPhrase.get(sentence.trim().toLowerCase().replace(CERTAINTY, ''))),
  );
  return SUPERCLASSES.filter((superclass) => named.has(superclass));
}
