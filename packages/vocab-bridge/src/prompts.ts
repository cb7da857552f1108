import { withoutIdentifiers, withoutRecordingDetails } from './background.ts';
import { codesToIds, type EcgVocabulary } from './vocabulary.ts';

/** A question about one ECG. */
export interface QuestionPrompt {
  /** ECG codes, 0..codes-1; 313 for 10 s. Empty for a control without an ECG. */
  codes: ArrayLike<number>;
  /** As it is asked; a control word spelled in it stays plain text. */
  question: string;
}

/** A report to be written about one ECG. */
export interface ReportPrompt {
  /** ECG codes, 0..codes-1; 313 for 10 s. Empty for a control without an ECG. */
  codes: ArrayLike<number>;
  /** What is known about the patient, as `patientBackground` words it; empty by default. */
  background?: string;
}

/** How the patient background goes into a report prompt. */
export interface ReportOptions {
  /** Leave patient IDs and the like in the background, as the published prompt does; false by default. */
  keepIdentifiers?: boolean;
}

/**
 * Ids up to where the answer begins: beginning of text, question, `<|start_ecg|>`, codes, `<|end_ecg|>`, `Answer:`. The
 * words are those of the published code's prompt.
 *
 * @throws VocabularyError for a value that is no code, naming its index
 */
export function questionPrompt(vocabulary: EcgVocabulary, { codes, question }: QuestionPrompt): number[] {
  // <|start_prompt|> and <|end_prompt|> look like control words but are plain text in the published prompt.
  const before =
    '<|start_prompt|> Dataset description: The dataset contains electrocardiogram (ECG) time-series data. ' +
    "Task description: Based on a patient's 12-lead ECG signal (500 Hz) and background information, answer a clinical question related to cardiac health. " +
    `Question:${question} <|end_prompt|> `;
  return [
    vocabulary.bosId,
    ...vocabulary.encodeText(before),
    vocabulary.startEcgId,
    ...vocabulary.encodeText(' '),
    ...codesToIds(vocabulary, codes),
    vocabulary.endEcgId,
    ...vocabulary.encodeText('Answer:'),
  ];
}

/**
 * Ids up to where the report begins: beginning of text, task and background, `<|start_ecg|>`, codes, `<|end_ecg|>`,
 * ` Report:`. Recording details are cut off the background, and identifiers (see `withoutIdentifiers`) unless
 * `keepIdentifiers` asks for the published prompt to the letter.
 *
 * @throws VocabularyError for a value that is no code, naming its index
 */
export function reportPrompt(
  vocabulary: EcgVocabulary,
  { codes, background = '' }: ReportPrompt,
  { keepIdentifiers = false }: ReportOptions = {},
): number[] {
  const patient = withoutRecordingDetails(background);
  const before =
    '<|start_prompt|>Task description: Based on the given ECG signal embeddings, generate a ECG diagnostic report.' +
    `Background:${keepIdentifiers ? patient : withoutIdentifiers(patient)} <|end_prompt|>`;
  return [
    vocabulary.bosId,
    ...vocabulary.encodeText(before),
    vocabulary.startEcgId,
    ...codesToIds(vocabulary, codes),
    vocabulary.endEcgId,
    ...vocabulary.encodeText(' Report:'),
  ];
}

/** ECG-QA's answer list as the one text that the model learns: `['qt interval', 'rr interval']` is `qt interval.rr interval`. */
export function joinAnswer(answers: readonly string[]): string {
  return answers.join('.');
}

/** The answer list of a generated text: trimmed and split at every `.`, as the published evaluation does. */
export function splitAnswer(text: string): string[] {
  return text.trim().split('.');
}
