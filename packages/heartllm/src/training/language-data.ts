import { Generator } from '@heartllm/backend';
import { buildQuestionSet, englishReport, type PtbXl, type PtbXlRow, patientBackground } from '@heartllm/ecg-datasets';
import { type InterviewExample, joinAnswer, type QuestionExample, type ReportExample } from '@heartllm/vocab-bridge';
import { backgroundWords } from '../background-words.ts';
import type { EcgInput } from '../results.ts';

/** What a language model learns from, by ECG. */
export interface LanguageData {
  questions: (QuestionExample & EcgInput)[];
  reports: (ReportExample & EcgInput)[];
  /** The same questions, many at a time, and the reports. */
  interviews: InterviewExample[];
}

export interface LanguageDataOptions {
  /** Questions per ECG, at most. */
  perRecord: number;
  /** Decides which. */
  seed: number | string;
  /** Times that every report comes; default 1. */
  reports?: number;
  /** Tell age, sex, height and weight in the prompts of reports; default true. */
  background?: boolean;
}

/** So many answers for one pass over an ECG that the questions are about as long as the ECG. */
const QUESTIONS_PER_INTERVIEW = 16;

/**
 * Balanced questions and English reports about rows whose codes are known. Where an ECG has several views, single questions take
 * them in turn, and interviews ask all questions about each.
 *
 * @param views of every ECG
 */
export function languageData(
  rows: PtbXlRow[],
  statements: PtbXl['statements'],
  views: ReadonlyMap<number, EcgInput[]>,
  { perRecord, seed, reports = 1, background: told = true }: LanguageDataOptions,
): LanguageData {
  const generator = new Generator(seed);
  const byEcg = new Map<number, { question: string; answer: string }[]>();
  for (const asked of buildQuestionSet(rows, statements, { perRecord, random: () => generator.uniform() })) {
    const list = byEcg.get(asked.ecgId) ?? [];
    list.push({ question: asked.question, answer: joinAnswer(asked.answer) });
    byEcg.set(asked.ecgId, list);
  }
  const data: LanguageData = { questions: [], reports: [], interviews: [] };
  for (const row of rows) {
    const ecgs = views.get(row.ecgId)!;
    const view = (index: number) => ecgs[index % ecgs.length];
    const asked = generator.shuffle(byEcg.get(row.ecgId) ?? []);
    const report = englishReport(row, statements) || undefined;
    asked.forEach((question, i) => {
      data.questions.push({ ...view(i), ...question });
    });
    for (const { codes } of ecgs) {
      const again = generator.shuffle([...asked]);
      for (let i = 0; i < again.length; i += QUESTIONS_PER_INTERVIEW) {
        data.interviews.push({ codes, questions: again.slice(i, i + QUESTIONS_PER_INTERVIEW), report });
      }
    }
    const background = told ? backgroundWords(patientBackground(row)) : '';
    for (let i = 0; report && i < reports; i++) data.reports.push({ ...view(i), background, report });
  }
  return data;
}
