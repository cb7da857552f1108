/**
 * PTB-XL's tables as typed rows, and the questions, answers and reports that an ECG language model learns from.
 *
 * ```ts
 * import { buildQuestionSet, englishReport, openPtbxl, splitByFold } from '@heartllm/ecg-datasets';
 * import { folderSource } from '@heartllm/ecg-io/node';
 * import seedrandom from 'seedrandom';
 *
 * const { rows, statements } = await openPtbxl(folderSource('ptb-xl'));
 * const { train } = splitByFold(rows);
 * englishReport(train[0], statements); // 'sinus rhythm. normal ecg.'
 * const questions = buildQuestionSet(train, statements, { perRecord: 8, random: seedrandom('2026') });
 * ```
 */
export { DatasetError } from './error.ts';
export { type PatientBackground, patientBackground } from './ptbxl/background.ts';
export { type Finding, findings, TOPICS, type Topic } from './ptbxl/findings.ts';
export { openPtbxl, type PtbXl } from './ptbxl/open.ts';
export { buildQuestionSet, type QuestionSetOptions } from './ptbxl/question-set.ts';
export { type Question, questionsFor } from './ptbxl/questions.ts';
export { englishReport } from './ptbxl/report.ts';
export type { PtbXlRow } from './ptbxl/row.ts';
export { parseScpCodes } from './ptbxl/scp-codes.ts';
export { type PtbXlSplit, splitByFold } from './ptbxl/split.ts';
export { type ScpStatement, SUPERCLASSES, type Superclass } from './ptbxl/statement.ts';
export { superclasses } from './ptbxl/superclass.ts';
