import type { Source } from '@heartllm/ecg-io';
import { readMachineMeasurements } from '../mimic/measurements.ts';
import type { Files } from './recording.ts';
import type { CheckEvent, CheckReport } from './report.ts';
import { toProblem } from './rows.ts';

const TABLE = 'machine_measurements.csv';

/** Reads the table of MIMIC-IV-ECG that can be missing: without it there are recordings, but no reports. */
export async function* checkMeasurements(
  source: Source,
  files: Files,
  report: CheckReport,
  signal?: AbortSignal,
): AsyncGenerator<CheckEvent> {
  if (!files.has(TABLE)) {
    report.missing.push({ file: TABLE, message: 'the table is missing, so there are no reports' });
    return;
  }
  yield { type: 'progress', what: 'tables', done: 0, total: 1 };
  let rows = 0;
  let wrongRows = 0;
  const measurements = readMachineMeasurements(source, {
    onProblem(problem) {
      wrongRows++;
      report.damaged.push(toProblem(problem));
    },
  });
  for await (const _ of measurements) {
    if (signal?.aborted) break;
    rows++;
  }
  report.tables.push({ file: TABLE, rows, wrongRows });
  yield { type: 'progress', what: 'tables', done: 1, total: 1 };
}
