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
import { isThere } from '../files/is-there.ts';
import { type AskedQuestion, type EvalData, type EvalRecording, FROM_EVALUATED } from './data.ts';
import { EvaluationError } from './error.ts';
import type { KnownQuestion } from './prior.ts';

/** A list of questions or reports, and the recordings that it is about. */
export interface ListPlace {
  /** The folder in which the list lies. */
  lists: Source;
  /** The list in it: a JSON file, or for ECG-QA a folder of them. */
  name: string;
  /** The recordings' folder. */
  source: Source;
  dataset: QuestionDataset;
}

/** ECG-QA's questions, or HeartLLM's lists of them. Comparisons are about two ECGs, and the model reads one: left out. */
export async function questionListData(place: ListPlace): Promise<EvalData> {
  const questions = await readQuestions(place, place.name);
  if (questions.length === 0) throw new EvaluationError(`${place.name}: no list of questions there`);
  const single = questions.filter(({ paths }) => paths.length === 1);
  if (single.length === 0) throw new EvaluationError(`${place.name}: no question about a single ECG`);
  const recordings = await recordingsOf(place, single);
  const training = trainingName(place.name);
  const learned = training === undefined ? [] : await readQuestions(place, training);
  return {
    dataset: place.name,
    source: place.source,
    recordings: [...recordings.values()],
    notes: [],
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
        comparisons: questions.length - single.length,
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
  const reports = await readReports(place.lists, place.name);
  if (reports.length === 0) throw new EvaluationError(`${place.name}: no list of reports there`);
  const training = trainingName(place.name);
  const learned = training === undefined ? [] : await readReports(place.lists, training);
  const patients = await patientsOf(place);
  return {
    dataset: place.name,
    source: place.source,
    recordings: reports.map(({ path, identity, background, file, line }) => ({
      row: { recording: { format: 'wfdb', path }, file, line },
      patient: identity.patient ?? patients.get(path),
      background,
    })),
    notes: [],
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

/** [] where there is no such list. */
async function readReports(lists: Source, name: string): Promise<ListedReport[]> {
  const reports: ListedReport[] = [];
  if (!(await isThere(lists, name))) return reports;
  for await (const report of readHeartLlmReports(lists, name)) reports.push(report);
  return reports;
}

/** [] where there is no such list. */
async function readQuestions({ lists, source, dataset }: ListPlace, name: string): Promise<EcgQaQuestion[]> {
  const files = (await isThere(lists, name)) ? [name] : await ecgQaFiles(lists, name);
  const listed = dataset === 'mimic-iv-ecg' ? await mimicRecordPaths(source) : undefined;
  const locate = listed && ((ecgId: number) => listed.get(ecgId));
  const questions: EcgQaQuestion[] = [];
  for (const file of files) {
    const read = (await isHeartLlms(lists, file))
      ? readHeartLlmQuestions(lists, file)
      : readEcgQa(lists, file, { dataset, ...(locate && { locate }) });
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
async function recordingsOf(
  place: ListPlace,
  questions: readonly EcgQaQuestion[],
): Promise<Map<string, EvalRecording>> {
  const patients = await patientsOf(place);
  const recordings = new Map<string, EvalRecording>();
  for (const { paths, identities, background, file, line } of questions) {
    const [path] = paths;
    if (recordings.has(path)) continue;
    recordings.set(path, {
      row: { recording: { format: 'wfdb', path }, file, line },
      patient: identities[0].patient ?? patients.get(path),
      background,
    });
  }
  return recordings;
}

/** Whose recordings they are, which ECG-QA does not tell: PTB-XL's table does, and MIMIC-IV-ECG's paths. */
async function patientsOf({ source, dataset }: ListPlace): Promise<{ get(path: string): string | undefined }> {
  if (dataset === 'mimic-iv-ecg') return { get: (path) => /\/(p\d{8})\//.exec(path)?.[1] };
  const table = await openPtbxl(source).catch(() => undefined);
  return new Map(table?.rows.map(({ filename500, patientId }) => [filename500, patientId?.toString()]));
}

/** The list to learn from beside a list to test on: ECG-QA and HeartLLM name them alike but for this word. */
function trainingName(name: string): string | undefined {
  const training = name.replace(/(^|[/_])(?:valid|test)(?=[/_.]|$)(?!.*(?:valid|test))/, '$1train');
  return training === name ? undefined : training;
}

function placesOf(paths: readonly string[], kept: readonly number[]): Map<string, number> {
  return new Map(kept.map((at, ecg) => [paths[at], ecg]));
}
