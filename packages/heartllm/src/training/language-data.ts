import { Generator } from '@heartllm/backend';
import { buildQuestionSet, englishReport, type PtbXl, type PtbXlRow, patientBackground } from '@heartllm/ecg-datasets';
import { joinAnswer, type QuestionExample, type ReportExample } from '@heartllm/vocab-bridge';
import { backgroundWords } from '../background-words.ts';

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
      return report
        ? [{ codes: codes.get(row.ecgId)!, background: backgroundWords(patientBackground(row)), report }]
        : [];
    }),
  };
}
