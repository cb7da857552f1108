import { type Source, SourceError } from '@heartllm/ecg-io';
import { readCode15 } from '../code15/read.ts';
import { DatasetError } from '../error.ts';
import { readRecordList } from '../mimic/read.ts';
import { readPtbxl } from '../ptbxl/read.ts';
import { Code15Exams } from './code15.ts';
import { isChallenge, recordRows } from './headers.ts';
import { checkLists } from './lists.ts';
import { ludbCheck } from './ludb.ts';
import { checkMeasurements } from './mimic.ts';
import { datasetFolders, recogniseDataset } from './recognise.ts';
import { checkWfdb, type Files } from './recording.ts';
import { type CheckEvent, type CheckReport, emptyReport } from './report.ts';
import { type CheckedRow, checkRows, toProblem } from './rows.ts';

/** How a check can be ended. */
export interface CheckOptions {
  /** Ends the check after the current recording; its report then says so. */
  signal?: AbortSignal;
}

/**
 * Looks at every file of a data set: which one it is, what its tables hold, which recordings are missing or damaged
 * (headers that cannot be read, signal files that are cut or do not fit their checksum), whether folds keep patients apart.
 *
 * ```ts
 * for await (const event of checkDataset(source, files)) {
 *   if (event.type === 'report') console.log(event.report.damaged);
 * }
 * ```
 *
 * @param source the data set's folder itself, not the one above
 * @param files all files of the source by path, because a source cannot list them
 * @returns progress after every recording and, last of all, the report
 * @throws DatasetError where `files` are no data set that is known here
 */
export async function* checkDataset(
  source: Source,
  files: Iterable<string>,
  { signal }: CheckOptions = {},
): AsyncGenerator<CheckEvent> {
  const all: Files = new Set(files);
  const recognised = recogniseDataset(all);
  if (!recognised) {
    throw new DatasetError({ file: '.' }, `expected a data set (${KNOWN}), found ${foundInstead(all)}`);
  }
  const isOfChallenge = recognised === 'wfdb' && (await isChallenge(source, all));
  const report = emptyReport(isOfChallenge ? 'challenge' : recognised);
  try {
    yield* checkFiles(source, all, report, signal);
  } catch (error) {
    // Without its table there is no data set to go on with.
    if (error instanceof DatasetError) report.damaged.push(toProblem(error));
    else if (error instanceof SourceError) report.damaged.push({ file: error.path, message: UNREADABLE[error.reason] });
    else throw error;
  }
  yield { type: 'report', report };
}

const KNOWN = 'ptbxl_database.csv, record_list.csv, exams.csv, ludb.csv, lists of questions or WFDB headers';

function foundInstead(files: Files): string {
  const folders = datasetFolders(files);
  if (folders.length === 0) return `none of them among ${files.size} files`;
  return `${folders.length === 1 ? 'one' : `${folders.length} of them`} below: ${folders.slice(0, 5).join(', ')}`;
}

const UNREADABLE: Record<SourceError['reason'], string> = {
  missing: 'is missing, and nothing can be read without it',
  outside: 'lies outside of the folder',
  failed: 'is there, but could not be read',
};

async function* checkFiles(
  source: Source,
  files: Files,
  report: CheckReport,
  signal: AbortSignal | undefined,
): AsyncGenerator<CheckEvent> {
  const check = ({ recording }: CheckedRow) => checkWfdb(source, files, recording.path);
  switch (report.dataset) {
    case 'ecg-qa':
    case 'heartllm':
      return yield* checkLists(source, files, report, signal);
    case 'ptb-xl': {
      const passes = ([500, 100] as const).map((rate) => (options: object) => readPtbxl(source, { ...options, rate }));
      return yield* checkRows({ table: 'ptbxl_database.csv', passes, check }, report, signal);
    }
    case 'mimic-iv-ecg':
      yield* checkMeasurements(source, files, report, signal);
      return yield* checkRows(
        { table: 'record_list.csv', passes: [(options) => readRecordList(source, options)], check },
        report,
        signal,
      );
    case 'ludb':
      return yield* checkRows(ludbCheck(source, files, report), report, signal);
    case 'code-15': {
      const exams = new Code15Exams(source, files);
      try {
        const passes = [(options: object) => readCode15(source, options)];
        return yield* checkRows({ table: 'exams.csv', passes, check: (row) => exams.check(row) }, report, signal);
      } finally {
        await exams.close();
      }
    }
    default:
      return yield* checkRows({ passes: [() => recordRows(source, files)], check }, report, signal);
  }
}
