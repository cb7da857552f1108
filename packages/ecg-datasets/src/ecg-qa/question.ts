import type { PatientBackground } from '../background.ts';
import type { Identity } from '../identity.ts';

/** ECG-QA's question types. A comparison is about two ECGs: consecutive ones of a patient, or unrelated ones. */
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
  dataset: QuestionDataset;
  type: QuestionType;
  attributeType: AttributeType;
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
  /** ECG-QA's numbers of template, question and sample; paraphrases share the question. */
  templateId: number;
  questionId: number;
  sampleId: number;
  /** Where it was read. */
  file: string;
  line: number;
}

/** How many ECGs a question is about. */
export function ecgCount(type: QuestionType): 1 | 2 {
  return type.startsWith('single-') ? 1 : 2;
}
