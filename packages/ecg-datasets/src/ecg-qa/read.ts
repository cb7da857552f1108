import type { Source } from '@heartllm/ecg-io';
import { exists } from '@heartllm/source';
import { orProblem, type ReaderOptions } from '../error.ts';
import { Identity } from '../identity.ts';
import { Entry } from '../tables/entry.ts';
import { readJsonList } from '../tables/json-list.ts';
import { ATTRIBUTE_TYPES, type EcgQaQuestion, ecgCount, QUESTION_TYPES, type QuestionDataset } from './question.ts';

/** Whose ECGs the questions of a file are about, and where their recordings lie. */
export interface EcgQaOptions extends ReaderOptions {
  /** What the questions are about; ECG-QA says so by its folders, not in its files. */
  dataset: QuestionDataset;
  /**
   * Where the recording of an ECG lies. By default PTB-XL's rule (`ptbxlRecordPath`); for MIMIC-IV-ECG give
   * `(id) => paths.get(id)` with `await mimicRecordPaths(source)`.
   */
  locate?: (ecgId: number) => string | undefined;
}

/**
 * The questions of one of ECG-QA's files (Oh et al. 2023), template or paraphrased, one by one.
 *
 * @param file path inside the source, one of {@link ecgQaFiles}
 * @throws DatasetError for a file that is no JSON list and, without `onProblem`, for the first wrong entry or the first ECG
 *   that `locate` does not know; RangeError for MIMIC-IV-ECG without `locate`
 */
export async function* readEcgQa(source: Source, file: string, options: EcgQaOptions): AsyncGenerator<EcgQaQuestion> {
  const locate = options.locate ?? (options.dataset === 'ptb-xl' ? ptbxlRecordPath : undefined);
  if (!locate) throw new RangeError('locate: needed for MIMIC-IV-ECG, whose paths stand in record_list.csv');
  for await (const found of readJsonList(source, file, options)) {
    const question = orProblem(() => {
      const entry = new Entry(file, found);
      const question = toQuestion(entry, options.dataset);
      const paths = question.identities.map(({ ecg }) => {
        const path = locate(Number(ecg));
        if (path === undefined) throw entry.error('ecg_id', `an ECG of ${options.dataset}`);
        return path;
      });
      return { ...question, paths };
    }, options);
    if (question) yield question;
  }
}

/** What ECG-QA's entries and those of HeartLLM's lists have in common. */
export function toQuestion(entry: Entry, dataset: QuestionDataset): EcgQaQuestion {
  const type = entry.word('question_type', QUESTION_TYPES);
  const ids = entry.integers('ecg_id');
  if (ids.length !== ecgCount(type)) throw entry.error('ecg_id', `${ecgCount(type)} of them for ${type}`);
  const answer = entry.strings('answer');
  if (answer.length === 0) throw entry.error('answer', 'at least one answer');
  return {
    dataset,
    type,
    attributeType: entry.word('attribute_type', ATTRIBUTE_TYPES),
    question: entry.string('question'),
    answer,
    attribute: entry.raw('attribute') === null ? [] : entry.strings('attribute'),
    identities: ids.map((id) => new Identity(id)),
    paths: [],
    background: {},
    templateId: entry.integer('template_id'),
    questionId: entry.integer('question_id'),
    sampleId: entry.integer('sample_id'),
    file: entry.file,
    line: entry.line,
  };
}

/** PTB-XL's path of a 500 Hz recording: 1 lies at 'records500/00000/00001_hr'. */
export function ptbxlRecordPath(ecgId: number): string {
  const digits = (value: number) => String(value).padStart(5, '0');
  return `records500/${digits(Math.floor(ecgId / 1000) * 1000)}/${digits(ecgId)}_hr`;
}

/** Entries per file in ECG-QA. */
const SHARD = 10_000;

/**
 * The files of a folder of ECG-QA, 'ecgqa/ptbxl/template/train': in pieces of 10,000 questions ('120000.json', all names of
 * a folder with as many digits), or in one file beside it ('train.json') as in its first release.
 *
 * @param folder inside the source, without a slash at its end
 * @returns paths inside the source, in the order of the questions; [] where there is none
 */
export async function ecgQaFiles(source: Source, folder: string): Promise<string[]> {
  if (await exists(source, `${folder}.json`)) return [`${folder}.json`];
  for (const width of [1, 5, 6, 7]) {
    const name = (shard: number) => `${folder}/${String(shard * SHARD).padStart(width, '0')}.json`;
    const files: string[] = [];
    while (await exists(source, name(files.length))) files.push(name(files.length));
    if (files.length > 0) return files;
  }
  return [];
}
