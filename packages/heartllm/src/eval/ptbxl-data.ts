import { Generator } from '@heartllm/backend';
import {
  type AttributeType,
  buildQuestionSet,
  englishReport,
  openPtbxl,
  type PtbXlRow,
  patientBackground,
  type Question,
  questionsFor,
  type Topic,
} from '@heartllm/ecg-datasets';
import type { Source } from '@heartllm/ecg-io';
import type { AskedQuestion, EvalData, EvalRecording } from './data.ts';
import { collect, FROM_EVALUATED } from './data.ts';
import { EvaluationError } from './error.ts';

/** The folds that models are trained on, by PTB-XL's convention and in this repository. */
export const TRAINING_FOLDS = 8;

/** By PTB-XL's convention the one to validate on. */
export const VALIDATION_FOLD = 9;

/** PTB-XL's topics as ECG-QA sorts what is asked about. */
const ATTRIBUTE_TYPES: Record<Topic, AttributeType> = {
  superclass: 'scp_code',
  diagnostic: 'scp_code',
  form: 'scp_code',
  rhythm: 'scp_code',
  axis: 'heart_axis',
  'infarction stage': 'stage_of_infarction',
  noise: 'noise',
  'extra systole': 'extra_systole',
};

/** What is to be known of a fold that scores are of. */
export function foldNotes(fold: number): string[] {
  return fold <= TRAINING_FOLDS ? [`fold ${fold} is one of those that models are trained on`] : [];
}

/**
 * A fold of PTB-XL: balanced questions and English reports made from its codes, and for AUROC the question about every
 * superclass for every recording. The most frequent answers are learned from folds 1 to 8 without the evaluated one, for
 * which the table alone is needed.
 */
export async function ptbXlData(source: Source, fold: number): Promise<EvalData> {
  const problems: string[] = [];
  const { rows, statements } = await openPtbxl(source, collect(problems));
  const held = rows.filter((row) => row.fold === fold);
  if (held.length === 0) throw new EvaluationError(`ptbxl_database.csv: no recording of fold ${fold}`);
  const training = rows.filter((row) => row.fold <= TRAINING_FOLDS && row.fold !== fold);
  const learnedFrom =
    training.length > 0 ? `${training.length} recordings of folds 1 to ${TRAINING_FOLDS}` : FROM_EVALUATED;
  const random = (seed: string) => {
    const generator = new Generator(seed);
    return () => generator.uniform();
  };
  return {
    dataset: `PTB-XL, fold ${fold}`,
    source,
    statements,
    recordings: held.map(toRecording),
    problems,
    notes: foldNotes(fold),
    ask(kept, { perRecord, seed }) {
      const asked = kept.map((place) => held[place]);
      const balanced = buildQuestionSet(asked, statements, { perRecord, random: random(`${seed}/questions`) });
      const places = new Map(asked.map((row, ecg) => [row.ecgId, ecg]));
      const questions = balanced.map((question) => toAsked(question, places.get(question.ecgId)!, true));
      const known = new Set(questions.map(({ ecg, question }) => `${ecg} ${question}`));
      for (const [ecg, row] of asked.entries()) {
        for (const question of questionsFor(row, statements)) {
          if (question.type !== 'single-verify' || question.topic !== 'superclass') continue;
          if (!known.has(`${ecg} ${question.question}`)) questions.push(toAsked(question, ecg, false));
        }
      }
      const learned = buildQuestionSet(training, statements, { perRecord, random: random(`${seed}/prior`) });
      return { questions, learned: learned.length > 0 ? learned : undefined, learnedFrom, leftOut: {} };
    },
    reports(kept) {
      const written = kept.map((place, ecg) => ({ ecg, reference: englishReport(held[place], statements) }));
      const learned = training.map((row) => englishReport(row, statements)).filter((report) => report !== '');
      return {
        reports: written.filter(({ reference }) => reference !== ''),
        learned: learned.length > 0 ? learned : undefined,
        learnedFrom,
      };
    },
  };
}

function toRecording(row: PtbXlRow): EvalRecording {
  return {
    row: { recording: { format: 'wfdb', path: row.filename500 }, file: 'ptbxl_database.csv', line: 0 },
    patient: row.patientId === undefined ? undefined : String(row.patientId),
    background: patientBackground(row),
  };
}

export function toAsked(question: Question, ecg: number, counted: boolean): AskedQuestion {
  const { type, topic, attribute, answer } = question;
  return { ecg, type, attributeType: ATTRIBUTE_TYPES[topic], attribute, question: question.question, answer, counted };
}
