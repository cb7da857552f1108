import type { DatasetError, ReaderOptions } from '../error.ts';
import type { Identity } from '../identity.ts';
import type { Recording } from '../row.ts';
import type { RecordingState } from './recording.ts';
import type { CheckEvent, CheckedRecordings, CheckProblem, CheckReport } from './report.ts';

/** What a check has to know about an ECG. */
export interface CheckedRow {
  identity: Identity;
  recording: Recording;
  fold?: number;
  file: string;
  line?: number;
}

/** How a data set of rows and recordings is checked. */
export interface RowsCheck<Row extends CheckedRow> {
  /** The table that names the ECGs; undefined where only their headers do. */
  table?: string;
  /** Reads the rows from their beginning, once for each recording that a row stands for: PTB-XL has two rates. */
  passes: ((options: ReaderOptions) => AsyncIterable<Row>)[];
  check(row: Row): Promise<RecordingState>;
}

/** Reads the table, and then, row by row, the recordings; writes what it finds into the report. */
export async function* checkRows<Row extends CheckedRow>(
  check: RowsCheck<Row>,
  report: CheckReport,
  signal?: AbortSignal,
): AsyncGenerator<CheckEvent> {
  const total = (await countRows(check, report, signal)) * check.passes.length;
  let done = 0;
  for (const pass of check.passes) {
    const groups = new Map<string, Group>();
    for await (const row of pass({ onProblem: () => {} })) {
      if (signal?.aborted) break;
      const name = groupOf(row.recording);
      const group = groups.get(name) ?? new Group(name);
      groups.set(name, group);
      const { state, problem } = await check.check(row);
      group.add(row, state);
      if (problem) report.damaged.push(problem);
      yield { type: 'progress', what: 'recordings', done: ++done, total };
    }
    for (const group of groups.values()) {
      report.recordings.push(group.counts);
      report.missing.push(...group.missing());
    }
  }
  report.stopped ||= signal?.aborted ?? false;
}

/** 'records500' of WFDB, 'exams_part0.hdf5' of HDF5. */
function groupOf({ format, path }: Recording): string {
  if (format === 'hdf5') return path;
  return path.includes('/') ? path.slice(0, path.indexOf('/')) : '.';
}

/** The recordings of a folder, or of an HDF5 file. */
class Group {
  readonly counts: CheckedRecordings;
  readonly #missing: CheckProblem[] = [];

  constructor(name: string) {
    this.counts = { name, listed: 0, intact: 0, missing: 0, damaged: 0 };
  }

  add({ file, line, recording: { path } }: CheckedRow, state: RecordingState['state']): void {
    this.counts.listed++;
    this.counts[state]++;
    if (state !== 'missing') return;
    this.#missing.push({ file, ...(line !== undefined && { line }), message: `${path} is missing` });
  }

  /** Of a folder that was not fetched at all one line is enough. */
  missing(): CheckProblem[] {
    const { name, listed, missing } = this.counts;
    return missing > 1 && missing === listed
      ? [{ file: name, message: `none of its ${listed} recordings is there` }]
      : this.#missing;
  }
}

async function countRows<Row extends CheckedRow>(
  { table, passes: [rows] }: RowsCheck<Row>,
  report: CheckReport,
  signal?: AbortSignal,
): Promise<number> {
  const foldOf = new Map<string, number | undefined>(); // by patient
  const folds = new Map<number, number>();
  let count = 0;
  let wrongRows = 0;
  const onProblem = (problem: DatasetError) => {
    wrongRows++;
    report.damaged.push(toProblem(problem));
  };
  for await (const { identity, fold, file, line } of rows({ onProblem })) {
    if (signal?.aborted) break;
    count++;
    if (fold !== undefined) folds.set(fold, (folds.get(fold) ?? 0) + 1);
    if (identity.patient === undefined) continue;
    const before = foldOf.has(identity.patient) ? foldOf.get(identity.patient) : fold;
    foldOf.set(identity.patient, before);
    if (before !== fold) {
      report.damaged.push({ file, line, message: `its patient is in fold ${fold} and in fold ${before}` });
    }
  }
  if (table !== undefined) report.tables.push({ file: table, rows: count, wrongRows });
  if (foldOf.size > 0) report.patients = foldOf.size;
  if (folds.size > 0) report.folds = Object.fromEntries([...folds].sort(([a], [b]) => a - b));
  return count;
}

/** A reader's complaint as a line of the report. */
export function toProblem({ file, line, detail }: DatasetError): CheckProblem {
  return { file, ...(line !== undefined && { line }), message: detail };
}
