import type { PatientBackground } from '../background.ts';
import type { Identity } from '../identity.ts';

/**
 * ECG-QA's question types (Oh et al. 2023). A comparison is about two ECGs: consecutive ones of a patient, or unrelated
 * ones.
 */
export const QUESTION_TYPES = [
  'single-verify',
  'single-choose',
  'single-query',
  'comparison_consecutive-verify',
  'comparison_consecutive-query',
  'comparison_irrelevant-verify',
  'comparison_irrelevant-query',
] as const;
/** One of {@link QUESTION_TYPES}. */
export type QuestionType = (typeof QUESTION_TYPES)[number];

/** What ECG-QA asks about. */
export const ATTRIBUTE_TYPES = [
  'scp_code',
  'noise',
  'stage_of_infarction',
  'extra_systole',
  'heart_axis',
  'numeric_feature',
] as const;
/** One of {@link ATTRIBUTE_TYPES}. */
export type AttributeType = (typeof ATTRIBUTE_TYPES)[number];

/** The two data sets that ECG-QA asks about. */
export type QuestionDataset = 'ptb-xl' | 'mimic-iv-ecg';

/** One question of ECG-QA or of HeartLLM's lists, with its answer. */
export interface EcgQaQuestion {
  /** Whose ECGs are asked about. */
  dataset: QuestionDataset;
  /** How many ECGs, and whether the answer is yes or no, one of a few named, or open. */
  type: QuestionType;
  /** What kind of thing `attribute` is. */
  attributeType: AttributeType;
  /** As asked, in English. */
  question: string;
  /** One or more, of a fixed set: 'yes', 'no', 'not sure', symptoms, leads, 'none', ... */
  answer: string[];
  /** What is asked about; empty for comparisons. */
  attribute: string[];
  /** Of the ECG, or of the first and the second one; for splits and joins only. */
  identities: Identity[];
  /** Where the recordings lie inside the data set's folder, without suffix, in the order of `identities`. */
  paths: string[];
  /** What the list tells about the patient; {} in ECG-QA itself. */
  background: PatientBackground;
  /** ECG-QA's number of the template that the question was made from. */
  templateId: number;
  /** ECG-QA's number of the question; its paraphrases share it. */
  questionId: number;
  /** ECG-QA's number of the entry: one question of one ECG. */
  sampleId: number;
  /** List that it was read from, by its path inside the source. */
  file: string;
  /** Line of the list, from 1, where the entry begins. */
  line: number;
}

/** How many ECGs a question is about. */
export function ecgCount(type: QuestionType): 1 | 2 {
  return type.startsWith('single-') ? 1 : 2;
}
