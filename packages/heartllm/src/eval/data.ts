import type { PatientBackground, ReaderOptions, RecordedRow, ScpStatement } from '@heartllm/ecg-datasets';
import type { Source } from '@heartllm/ecg-io';
import type { KnownQuestion } from './prior.ts';

/** A recording that may be evaluated on. */
export interface EvalRecording {
  row: RecordedRow;
  /** Whose it is, where the data set tells; for controls only. */
  patient?: string | undefined;
  background: PatientBackground;
}

/** A question about one of the recordings. */
export interface AskedQuestion extends KnownQuestion {
  /** Place of its recording among those that can be read. */
  ecg: number;
  attributeType: string;
  attribute: string;
  answer: string[];
  /** False for what is asked for AUROC only. */
  counted: boolean;
}

/** What is asked, and what questions alone teach. */
export interface AskedQuestions {
  questions: AskedQuestion[];
  /** Questions to learn the most frequent answers from; undefined where there are none but the evaluated ones. */
  learned: KnownQuestion[] | undefined;
  /** Where they come from, for people. */
  learnedFrom: string;
  /** Questions that were not asked, by reason. */
  leftOut: Record<string, number>;
}

/** A report to be written about one of the recordings. */
export interface KnownReport {
  ecg: number;
  reference: string;
}

/** The same for reports. */
export interface KnownReports {
  reports: KnownReport[];
  learned: string[] | undefined;
  learnedFrom: string;
}

/** The recordings of a data set; some may turn out to be missing or damaged. */
export interface EvalRecordings {
  /** Name for people. */
  dataset: string;
  source: Source;
  recordings: Pick<EvalRecording, 'row' | 'patient'>[];
  /** What is wrong with rows and entries that are left out. */
  problems: string[];
  /** Things to know about the choice of recordings. */
  notes: string[];
}

/** A data set, or a list about it, opened for evaluation. */
export interface EvalData extends EvalRecordings {
  recordings: EvalRecording[];
  /** PTB-XL's statements, by which superclasses are found in reports. */
  statements?: ReadonlyMap<string, ScpStatement> | undefined;
  /**
   * Questions about the recordings that could be read.
   *
   * @param kept places in `recordings`
   */
  ask(kept: readonly number[], options: { perRecord: number; seed: number }): AskedQuestions;
  /** Reports of the recordings that could be read; undefined where the data set has none. */
  reports?(kept: readonly number[]): KnownReports;
}

/** Where the most frequent answer comes from when nothing else is known: nobody who sees questions alone can do better. */
export const FROM_EVALUATED = 'the evaluated items themselves, which nobody who does not see the ECG can beat';

/** Whose a recording is; one whose patient is not known counts as another patient's. */
export function patientOf({ recordings }: EvalRecordings, place: number): string {
  return recordings[place].patient ?? `recording ${place}`;
}

/** Takes what is wrong with rows. */
export function collect(problems: string[]): Required<ReaderOptions> {
  return { onProblem: ({ message }) => problems.push(message) };
}
