import { type Batch, padRows, rowWithTarget } from './batch.ts';
import { VocabularyError } from './error.ts';
import { type QuestionPrompt, questionPrompt, type ReportOptions, type ReportPrompt, reportPrompt } from './prompts.ts';
import type { EcgVocabulary } from './vocabulary.ts';

/** A question with its answer; several answers are joined by `joinAnswer`. */
export interface QuestionExample extends QuestionPrompt {
  /** What is to be learned; needed unless `withAnswer` is false. */
  answer?: string;
}

/** A report to be learned. */
export interface ReportExample extends ReportPrompt {
  /** What is to be learned; needed unless `withAnswer` is false. */
  report?: string;
}

/** Whether a batch is for training or for generation. */
export interface TargetOptions {
  /** Put the answer or report behind the prompt, true by default; false leaves the end of text alone there. */
  withAnswer?: boolean;
}

/**
 * A batch of stage 3, question answering: prompt, answer, end of text; the loss counts on answer and end of text.
 *
 * With `withAnswer: false` each row is prompt and end of text, as the published evaluation builds it before it cuts the
 * last column off; to generate, use `questionPrompt` and `padPrompts`, which end where the answer begins.
 *
 * @returns [B, T] each, T that of the longest example
 * @throws VocabularyError for an example without an answer (unless `withAnswer` is false) or a value that is no code
 */
export function buildQuestionBatch(
  vocabulary: EcgVocabulary,
  examples: QuestionExample[],
  { withAnswer = true }: TargetOptions = {},
): Batch {
  const rows = examples.map((example, i) =>
    rowWithTarget(questionPrompt(vocabulary, example), target(vocabulary, withAnswer, example.answer, i, 'answer')),
  );
  return padRows(vocabulary, rows);
}

/**
 * A batch of stage 3, report writing: prompt with background, report, end of text; the loss counts on report and end
 * of text. `withAnswer: false` as in `buildQuestionBatch`; to generate, use `reportPrompt` and `padPrompts`.
 *
 * The published PTB-XL background carries the patient's ID. It is dropped here (see `withoutIdentifiers`) unless
 * `keepIdentifiers` asks for the published prompt to the letter.
 *
 * @returns [B, T] each, T that of the longest example
 * @throws VocabularyError for an example without a report (unless `withAnswer` is false) or a value that is no code
 */
export function buildReportBatch(
  vocabulary: EcgVocabulary,
  examples: ReportExample[],
  { withAnswer = true, keepIdentifiers = false }: TargetOptions & ReportOptions = {},
): Batch {
  const rows = examples.map((example, i) =>
    rowWithTarget(
      reportPrompt(vocabulary, example, { keepIdentifiers }),
      target(vocabulary, withAnswer, example.report, i, 'report'),
    ),
  );
  return padRows(vocabulary, rows);
}

function target(
  vocabulary: EcgVocabulary,
  withAnswer: boolean,
  text: string | undefined,
  index: number,
  field: string,
): number[] {
  if (!withAnswer) return [vocabulary.eosId];
  if (text === undefined) throw new VocabularyError(`examples[${index}].${field}: missing, and withAnswer is true`);
  return [...vocabulary.encodeText(text), vocabulary.eosId];
}
