import { Generator } from '@heartllm/backend';
import {
  buildQuestionSet,
  englishReport,
  patientBackground as knownOf,
  type PtbXl,
  type PtbXlRow,
} from '@heartllm/ecg-datasets';
import { joinAnswer, patientBackground, type QuestionExample, type ReportExample } from '@heartllm/vocab-bridge';

/** What a language model learns from, by ECG. */
export interface LanguageData {
  questions: QuestionExample[];
  reports: ReportExample[];
}

/** Balanced questions and English reports about rows whose codes are known; the seed decides which questions. */
export function languageData(
  rows: PtbXlRow[],
  statements: PtbXl['statements'],
  codes: Map<number, Int32Array>,
  perRecord: number,
  seed: number | string,
): LanguageData {
  const generator = new Generator(seed);
  const asked = buildQuestionSet(rows, statements, { perRecord, random: () => generator.uniform() });
  return {
    questions: asked.map(({ ecgId, question, answer }) => ({
      codes: codes.get(ecgId)!,
      question,
      answer: joinAnswer(answer),
    })),
    reports: rows.flatMap((row) => {
      const report = englishReport(row, statements);
      return report ? [{ codes: codes.get(row.ecgId)!, background: background(row), report }] : [];
    }),
  };
}

/** Age, sex, height and weight in the published wording; nothing that identifies anybody. */
function background(row: PtbXlRow): string {
  const { age, sex, height, weight } = knownOf(row);
  return patientBackground({
    ...(typeof age === 'number' && { age }),
    ...(sex && { sex: sex === 'male' ? 0 : 1 }),
    ...(height !== undefined && { height }),
    ...(weight !== undefined && { weight }),
  });
}
