import {
  type EcgQaQuestion,
  ecgQaFiles,
  type ListedReport,
  mimicRecordPaths,
  openPtbxl,
  type QuestionDataset,
  readEcgQa,
  readHeartLlmQuestions,
  readHeartLlmReports,
} from '@heartllm/ecg-datasets';
import type { Source } from '@heartllm/ecg-io';
import { exists } from '@heartllm/source';
import { type AskedQuestion, collect, type EvalData, type EvalRecording, FROM_EVALUATED } from './data.ts';
import { EvaluationError } from './error.ts';
import type { KnownQuestion } from './prior.ts';
import { TRAINING_FOLDS } from './ptbxl-data.ts';

/** A list of questions or reports, and the recordings that it is about. */
export interface ListPlace {
  /** The folder in which the list lies. */
  lists: Source;
  /** The list in it: a JSON file, or for ECG-QA a folder of them. */
  name: string;
  /** The recordings' folder. */
  source: Source;
  dataset: QuestionDataset;
  /** Only recordings of this fold of PTB-XL. */
  fold?: number | undefined;
}

/** ECG-QA's questions, or HeartLLM's lists of them. Comparisons are about two ECGs, and the model reads one: left out. */
export async function questionListData(place: ListPlace): Promise<EvalData> {
  const problems: string[] = [];
  const questions = await readQuestions(place, place.name, problems);
  if (questions.length === 0) throw new EvaluationError(problems[0] ?? `${place.name}: no list of questions there`);
  const table = await tableOf(place);
  const held = questions.filter(({ paths }) => paths.every((path) => isHeld(table, path, place.fold)));
  const single = held.filter(({ paths }) => paths.length === 1);
  if (single.length === 0) throw new EvaluationError(`${place.name}: no question about a single ECG${ofFold(place)}`);
  const recordings = recordingsOf(table, single);
  const training = trainingName(place.name);
  const learned = training === undefined ? [] : await readQuestions(place, training, problems);
  return {
    dataset: place.name,
    source: place.source,
    recordings: [...recordings.values()],
    problems,
    notes: trainedOn(table, [...recordings.keys()]),
    ask(kept) {
      const places = placesOf([...recordings.keys()], kept);
      const asked = single.flatMap((question): AskedQuestion[] => {
        const ecg = places.get(question.paths[0]);
        if (ecg === undefined) return [];
        const { type, attributeType, attribute, answer } = question;
        const about = attribute.join(' or ');
        return [{ ecg, type, attributeType, attribute: about, question: question.question, answer, counted: true }];
      });
      const leftOut = {
        comparisons: held.length - single.length,
        withoutRecording: single.length - asked.length,
      };
      const known: KnownQuestion[] = learned;
      return known.length > 0
        ? { questions: asked, learned: known, learnedFrom: `${known.length} questions of ${training}`, leftOut }
        : { questions: asked, learned: undefined, learnedFrom: FROM_EVALUATED, leftOut };
    },
  };
}

/** HeartLLM's lists of reports. */
export async function reportListData(place: ListPlace): Promise<EvalData> {
  const table = await tableOf(place);
  const problems: string[] = [];
  const all = await readReports(place.lists, place.name, problems);
  const reports = all.filter(({ path }) => isHeld(table, path, place.fold));
  if (reports.length === 0)
    throw new EvaluationError(problems[0] ?? `${place.name}: no list of reports there${ofFold(place)}`);
  const training = trainingName(place.name);
  const learned = training === undefined ? [] : await readReports(place.lists, training, problems);
  return {
    dataset: place.name,
    source: place.source,
    recordings: reports.map(({ path, identity, background, file, line }) => ({
      row: { recording: { format: 'wfdb', path }, file, line },
      patient: identity.patient ?? table.get(path)?.patient,
      background,
    })),
    problems,
    notes: trainedOn(
      table,
      reports.map(({ path }) => path),
    ),
    ask: () => {
      throw new EvaluationError(`${place.name}: holds reports, not questions`);
    },
    reports: (kept) => ({
      reports: kept.map((at, ecg) => ({ ecg, reference: reports[at].report })),
      ...(learned.length > 0
        ? { learned: learned.map(({ report }) => report), learnedFrom: `${learned.length} reports of ${training}` }
        : { learned: undefined, learnedFrom: FROM_EVALUATED }),
    }),
  };
}

/** [] where there is no such list; wrong entries are left out. */
async function readReports(lists: Source, name: string, problems: string[]): Promise<ListedReport[]> {
  const reports: ListedReport[] = [];
  if (!(await exists(lists, name))) return reports;
  for await (const report of readHeartLlmReports(lists, name, collect(problems))) reports.push(report);
  return reports;
}

/** [] where there is no such list; wrong entries are left out. */
async function readQuestions(
  { lists, source, dataset }: ListPlace,
  name: string,
  problems: string[],
): Promise<EcgQaQuestion[]> {
  const options = collect(problems);
  const files = (await exists(lists, name)) ? [name] : await ecgQaFiles(lists, name);
  const listed = dataset === 'mimic-iv-ecg' ? await mimicRecordPaths(source, options) : undefined;
  const locate = listed && ((ecgId: number) => listed.get(ecgId));
  const questions: EcgQaQuestion[] = [];
  for (const file of files) {
    const read = (await isHeartLlms(lists, file))
      ? readHeartLlmQuestions(lists, file, options)
      : readEcgQa(lists, file, { dataset, ...(locate && { locate }), ...options });
    for await (const question of read) questions.push(question);
  }
  return questions;
}

/** HeartLLM's lists are ECG-QA's with the path of the recording. */
async function isHeartLlms(lists: Source, file: string): Promise<boolean> {
  const start = await lists.read(file, 0, Math.min(await lists.size(file), 1 << 16));
  const [entry] = new TextDecoder().decode(start).split('}');
  return entry.includes('"ecg_path"');
}

/** The recordings in the order in which they are first asked about, by path. */
function recordingsOf(table: RecordingTable, questions: readonly EcgQaQuestion[]): Map<string, EvalRecording> {
  const recordings = new Map<string, EvalRecording>();
  for (const { paths, identities, background, file, line } of questions) {
    const [path] = paths;
    if (recordings.has(path)) continue;
    recordings.set(path, {
      row: { recording: { format: 'wfdb', path }, file, line },
      patient: identities[0].patient ?? table.get(path)?.patient,
      background,
    });
  }
  return recordings;
}

/** What is known about recordings beside what the lists tell. */
interface RecordingTable {
  get(path: string): { patient?: string | undefined; fold?: number } | undefined;
}

/** Whose recordings they are, which ECG-QA does not tell: PTB-XL's table does where it is, and MIMIC-IV-ECG's paths. */
async function tableOf({ source, dataset }: ListPlace): Promise<RecordingTable> {
  if (dataset === 'mimic-iv-ecg') return { get: (path) => ({ patient: /\/(p\d{8})\//.exec(path)?.[1] }) };
  if (!(await exists(source, 'ptbxl_database.csv'))) return new Map();
  const { rows } = await openPtbxl(source, collect([])); // of a wrong row nothing is known
  return new Map(
    rows.map(({ filename500, patientId, fold }) => [filename500, { patient: patientId?.toString(), fold }]),
  );
}

function isHeld(table: RecordingTable, path: string, fold: number | undefined): boolean {
  return fold === undefined || table.get(path)?.fold === fold;
}

function ofFold({ fold }: ListPlace): string {
  return fold === undefined ? '' : ` of fold ${fold}`;
}

/** Lists are split otherwise than PTB-XL, by whose folds models here are trained. */
function trainedOn(table: RecordingTable, paths: readonly string[]): string[] {
  const trained = paths.filter((path) => (table.get(path)?.fold ?? Number.POSITIVE_INFINITY) <= TRAINING_FOLDS).length;
  if (trained === 0) return [];
  return [
    `${trained} of its ${paths.length} recordings are of folds that models are trained on; --fold 9 leaves them out`,
  ];
}

/** The list to learn from beside a list to test on: ECG-QA and HeartLLM name them alike but for this word. */
function trainingName(name: string): string | undefined {
  const training = name.replace(/(^|[/_])(?:valid|test)(?=[/_.]|$)(?!.*(?:valid|test))/, '$1train');
  return training === name ? undefined : training;
}

function placesOf(paths: readonly string[], kept: readonly number[]): Map<string, number> {
  return new Map(kept.map((at, ecg) => [paths[at], ecg]));
}
