/**
 * ECG data sets row by row in one shape, splits that keep patients apart, and what an ECG language model learns from:
 * questions, answers and reports.
 *
 * ```ts
 * import { Recordings, readPtbxl } from '@heartllm/ecg-datasets';
 * import { folderSource } from '@heartllm/ecg-io/node';
 *
 * const source = folderSource('ptb-xl');
 * const recordings = new Recordings(source);
 * for await (const row of readPtbxl(source)) {
 *   console.log(row.labels, row.report, (await recordings.read(row)).samples);
 * }
 * ```
 *
 * ```ts
 * import { buildQuestionSet, englishReport, openPtbxl, splitByFold } from '@heartllm/ecg-datasets';
 * import seedrandom from 'seedrandom';
 *
 * const { rows, statements } = await openPtbxl(source);
 * const { train } = splitByFold(rows);
 * englishReport(train[0], statements); // 'sinus rhythm. normal ecg.'
 * const questions = buildQuestionSet(train, statements, { perRecord: 8, random: seedrandom('2026') });
 * ```
 */
export { backgroundOf, type PatientBackground } from './background.ts';
export { readChallenge } from './challenge/read.ts';
export { listedRecords } from './challenge/records.ts';
export { type CheckOptions, checkDataset } from './check/check.ts';
export { recogniseDataset } from './check/recognise.ts';
export { withoutNames } from './check/recording.ts';
export type {
  CheckEvent,
  CheckedDataset,
  CheckedRecordings,
  CheckedTable,
  CheckProblem,
  CheckReport,
} from './check/report.ts';
export { readCode15 } from './code15/read.ts';
export { withoutDates } from './dates.ts';
export {
  ATTRIBUTE_TYPES,
  type AttributeType,
  type EcgQaQuestion,
  QUESTION_TYPES,
  type QuestionDataset,
  type QuestionType,
} from './ecg-qa/question.ts';
export { type EcgQaOptions, ecgQaFiles, ptbxlRecordPath, readEcgQa } from './ecg-qa/read.ts';
export { readEcgQaSplit } from './ecg-qa/split.ts';
export { DatasetError, type DatasetPlace, type ReaderOptions, RecordingMissingError } from './error.ts';
export { parseBackground } from './heartllm/background.ts';
export { type ListedReport, readHeartLlmQuestions, readHeartLlmReports } from './heartllm/lists.ts';
export { Identity } from './identity.ts';
export { labelQuestions } from './label-questions.ts';
export { type ListedRecording, listRecordings } from './list-recordings.ts';
export { readLudb } from './ludb/read.ts';
export { mimicRecordPaths, readMimicIvEcg } from './mimic/read.ts';
export { patientBackground } from './ptbxl/background.ts';
export { type Finding, findings, TOPICS, type Topic } from './ptbxl/findings.ts';
export { namedSuperclasses } from './ptbxl/named-superclasses.ts';
export { SUPERCLASS_NAMES } from './ptbxl/names.ts';
export { openPtbxl, type PtbXl } from './ptbxl/open.ts';
export { buildQuestionSet, type QuestionSetOptions } from './ptbxl/question-set.ts';
export { type Question, questionsFor } from './ptbxl/questions.ts';
export { originalReport, readPtbxl } from './ptbxl/read.ts';
export { englishReport } from './ptbxl/report.ts';
export type { PtbXlRow } from './ptbxl/row.ts';
export { parseScpCodes } from './ptbxl/scp-codes.ts';
export { type PtbXlSplit, splitByFold } from './ptbxl/split.ts';
export { type ScpStatement, SUPERCLASSES, type Superclass } from './ptbxl/statement.ts';
export { superclasses } from './ptbxl/superclass.ts';
export { type RecordedRow, Recordings, readRecording, withRecordings } from './recording.ts';
export { DATASETS, type DatasetName, type EcgLabel, type EcgRow, type Recording } from './row.ts';
export { assertDisjoint, type Split, type SplitOptions, type Splittable, splitByPatient } from './split.ts';
