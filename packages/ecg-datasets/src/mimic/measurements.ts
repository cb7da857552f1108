import type { Source } from '@heartllm/ecg-io';
import { withoutDates } from '../dates.ts';
import type { ReaderOptions } from '../error.ts';
import { readCsv } from '../tables/csv.ts';
import type { CsvRow } from '../tables/csv-row.ts';
import { uniqueRows } from '../tables/unique-rows.ts';

/** What the electrocardiograph wrote about one ECG. */
export interface StudyMeasurements {
  /** Its study_id. */
  study: string;
  /** The statements one after the other, each ended by a full stop. */
  report: string;
  /** In ms and, the axes, in degrees; unknown ones are absent. */
  measurements: Record<string, number>;
}

const REPORTS = Array.from({ length: 18 }, (_, i) => `report_${i}`);
const NUMBERS = [
  'rr_interval',
  'p_onset',
  'p_end',
  'qrs_onset',
  'qrs_end',
  't_end',
  'p_axis',
  'qrs_axis',
  't_axis',
] as const;
/** The machine's word for "not measured". */
const UNKNOWN = 29999;

/** The rows of machine_measurements.csv by study_id; the date, the cart and the filter settings are not read. */
export function readMachineMeasurements(
  source: Source,
  options: ReaderOptions = {},
): AsyncGenerator<StudyMeasurements> {
  const columns = ['study_id', 'report_0', ...NUMBERS];
  const table = readCsv(source, 'machine_measurements.csv', columns, options);
  return uniqueRows(table, [['study_id', ({ study }: StudyMeasurements) => study]], toMeasurements, options);
}

function toMeasurements(row: CsvRow): StudyMeasurements {
  const measurements: Record<string, number> = {};
  for (const name of NUMBERS) {
    const value = row.numberOrEmpty(name);
    if (value !== undefined && value !== UNKNOWN) measurements[name] = value;
  }
  const statements = REPORTS.map((column) => row.text(column).trim().replace(/\.+$/, '')).filter((text) => text !== '');
  return {
    study: String(row.integer('study_id', 0, Number.MAX_SAFE_INTEGER)),
    report: withoutDates(statements.map((statement) => `${statement}.`).join(' ')),
    measurements,
  };
}
