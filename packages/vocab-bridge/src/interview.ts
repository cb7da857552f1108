import { type Batch, IGNORED, padRows, type Row } from './batch.ts';
import { codesToIds, type EcgVocabulary } from './vocabulary.ts';

/** One ECG, all that is asked about it, and its report. */
export interface InterviewExample {
  /** ECG codes, 0..codes-1; 313 for 10 s. */
  codes: ArrayLike<number>;
  /** Several answers are joined by `joinAnswer`. */
  questions: readonly {
    /** As it is asked. */
    question: string;
    /** The text that the loss counts on. */
    answer: string;
  }[];
  /** Comes behind the questions, and the loss counts on it too; undefined leaves it out. */
  report?: string;
}

/**
 * A batch of ECGs with many questions each: beginning of text, `<|start_ecg|>`, codes, `<|end_ecg|>`, then question, `Answer:`,
 * answer and end of text again and again, and at last ` Report:`, report and end of text; the loss counts on answers, report
 * and ends of text.
 *
 * The published prompt puts the question before the ECG, so that every answer costs a pass over all codes. This form, from
 * which a new model learns first, has many answers for one pass. Not in the published recipe.
 *
 * @returns [B, T] each, T that of the longest example
 * @throws VocabularyError for a value that is no code
 */
export function buildInterviewBatch(vocabulary: EcgVocabulary, examples: readonly InterviewExample[]): Batch {
  return padRows(
    vocabulary,
    examples.map((example) => interviewRow(vocabulary, example)),
  );
}

function interviewRow(vocabulary: EcgVocabulary, { codes, questions, report }: InterviewExample): Row {
  const ids = [vocabulary.bosId, vocabulary.startEcgId, ...codesToIds(vocabulary, codes), vocabulary.endEcgId];
  const labels = ids.map(() => IGNORED);
  const ask = (prompt: string, target: string) => {
    const asked = vocabulary.encodeText(prompt);
    const answered = [...vocabulary.encodeText(target), vocabulary.eosId];
    ids.push(...asked, ...answered);
    labels.push(...asked.map(() => IGNORED), ...answered);
  };
  for (const { question, answer } of questions) ask(`Question:${question} Answer:`, answer);
  if (report !== undefined) ask(' Report:', report);
  return { ids, labels };
}
