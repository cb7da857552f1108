import type { Source } from '@heartllm/ecg-io';
import type { PatientBackground } from '../background.ts';
import { withoutDates } from '../dates.ts';
import { type EcgQaQuestion, ecgCount, type QuestionDataset } from '../ecg-qa/question.ts';
import { toQuestion } from '../ecg-qa/read.ts';
import { orProblem, type ReaderOptions } from '../error.ts';
import { Identity } from '../identity.ts';
import { Entry } from '../tables/entry.ts';
import { readJsonList } from '../tables/json-list.ts';
import { parseBackground, patientOf } from './background.ts';

/** One ECG of HeartLLM's lists of reports, on which it pretrains and learns to write reports. */
export interface ListedReport {
  /** Told by the form of the path: 'p1000/...' is MIMIC-IV-ECG's. */
  dataset: QuestionDataset;
  /** For splits and joins only. */
  identity: Identity;
  /** Inside the data set's folder, without suffix. */
  path: string;
  /** Without dates. */
  report: string;
  /** What is left of the list's background text, see {@link parseBackground}. */
  background: PatientBackground;
  /** List that it was read from, by its path inside the source. */
  file: string;
  /** Line of the list, from 1, where the entry begins. */
  line: number;
}

/**
 * HeartLLM's lists of questions (dataset/ecgqa/.../template_train_background.json): ECG-QA with path and background.
 *
 * @param file path inside the source
 * @throws DatasetError for a file that is no JSON list and, without `onProblem`, for the first wrong entry
 */
export async function* readHeartLlmQuestions(
  source: Source,
  file: string,
  options: ReaderOptions = {},
): AsyncGenerator<EcgQaQuestion> {
  for await (const found of readJsonList(source, file, options)) {
    const question = orProblem(() => {
      const entry = new Entry(file, found);
      const listed = Array.isArray(entry.raw('ecg_path')) ? entry.strings('ecg_path') : [entry.string('ecg_path')];
      const { dataset } = recordPath(listed[0] ?? '');
      const question = toQuestion(entry, dataset);
      if (listed.length !== ecgCount(question.type)) throw entry.error('ecg_path', 'a path for each ECG');
      const text = entry.string('background');
      return {
        ...question,
        identities: question.identities.map(({ ecg }) => new Identity(ecg, patientOf(text))),
        paths: listed.map((path) => recordPath(path).path),
        background: parseBackground(text),
      };
    }, options);
    if (question) yield question;
  }
}

/**
 * HeartLLM's lists of reports (dataset/report/.../train.json).
 *
 * @param file path inside the source
 * @throws DatasetError for a file that is no JSON list and, without `onProblem`, for the first wrong entry
 */
export async function* readHeartLlmReports(
  source: Source,
  file: string,
  options: ReaderOptions = {},
): AsyncGenerator<ListedReport> {
  for await (const found of readJsonList(source, file, options)) {
    const report = orProblem(() => {
      const entry = new Entry(file, found);
      return {
        ...recordPath(entry.string('filepath')),
        identity: new Identity(entry.integer('ecg_id'), entry.integer('patient_id')),
        report: withoutDates(entry.string('report')),
        background: parseBackground(entry.string('background')),
        file,
        line: entry.line,
      };
    }, options);
    if (report) yield report;
  }
}

/** The lists give MIMIC-IV-ECG's paths from its folder files/ on. */
function recordPath(listed: string): { dataset: QuestionDataset; path: string } {
  if (/^p\d{4}\//.test(listed)) return { dataset: 'mimic-iv-ecg', path: `files/${listed}` };
  return { dataset: listed.startsWith('files/') ? 'mimic-iv-ecg' : 'ptb-xl', path: listed };
}
