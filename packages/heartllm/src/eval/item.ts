/** What a model is asked under: as it is meant, and the controls, which see no ECG or a wrong one. */
export const CONDITIONS = ['model', 'none', 'shuffled', 'constant', 'prior'] as const;
export type Condition = (typeof CONDITIONS)[number];
export type Control = Exclude<Condition, 'model'>;

/** Something about each control; null for one that cannot be had. */
export type Controls<T> = Partial<Record<Control, T | null>>;

/** One text that a model is to write about one ECG. */
export interface EvalItem {
  /** Place in the evaluation, from 0. */
  id: number;
  /** Place of the ECG in the evaluation, from 0. */
  ecg: number;
  /** What the prompt says beside the codes: the question, or what is known about the patient. */
  text: string;
  /** Items of one group are generated together, as their answers are about equally long. */
  group: string;
  maxNewTokens: number;
  /** Whether it is answered by yes or no, so that the probability of yes counts. */
  yesNo: boolean;
  /** What is written without looking at ECG or model; undefined where that is not scored. */
  prior?: string;
}

/** A question with its answer. */
export interface EvalQuestion extends EvalItem {
  type: string;
  attributeType: string;
  /** What is asked about. */
  attribute: string;
  answer: string[];
  /** False for what is asked for AUROC only, and not balanced between yes and no. */
  counted: boolean;
}

/** A report to be written. */
export interface EvalReport extends EvalItem {
  reference: string;
}

/** What came of an item under a condition. */
export interface Prediction {
  id: number;
  condition: Condition;
  prediction: string;
  /** Probability of yes against no as the first token; yes/no questions only. */
  pYes?: number;
}
