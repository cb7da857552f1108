import type { Source } from '@heartllm/ecg-io';
import { exists } from '@heartllm/source';
import type { ReaderOptions } from '../error.ts';
import { Identity } from '../identity.ts';
import type { EcgRow } from '../row.ts';
import { readCsv } from '../tables/csv.ts';
import type { CsvRow } from '../tables/csv-row.ts';
import { uniqueRows } from '../tables/unique-rows.ts';
import { readMachineMeasurements, type StudyMeasurements } from './measurements.ts';

const TABLE = 'record_list.csv';

/**
 * MIMIC-IV-ECG (Gow et al. 2023, doi 10.13026/4nqg-sb35) one by one, in the order of record_list.csv; the report is what
 * the machine wrote. Age and sex are not part of this data set. Its files store aVR, aVF, aVL in this order:
 * `readRecording` puts leads in order.
 *
 * Both tables name the ECGs in the same order, so that nothing has to be kept; where they do not, the measurements
 * passed over are held in memory until their ECG comes. Without machine_measurements.csv there are no reports.
 *
 * @param source the folder with record_list.csv; the recordings need not be there
 * @throws DatasetError for a table without the columns and, without `onProblem`, for the first row that is wrong or of a study that came
 *   before
 */
export async function* readMimicIvEcg(source: Source, options: ReaderOptions = {}): AsyncGenerator<EcgRow> {
  const measured = (await exists(source, 'machine_measurements.csv'))
    ? new Lookup(readMachineMeasurements(source, options))
    : undefined;
  for await (const row of readRecordList(source, options)) {
    const { report = '', measurements } = (await measured?.take(row.identity.ecg)) ?? {};
    yield { ...row, report, ...(measurements && { measurements }) };
  }
}

/** The rows of record_list.csv alone. */
export function readRecordList(source: Source, options: ReaderOptions = {}): AsyncGenerator<EcgRow> {
  const table = readCsv(source, TABLE, ['subject_id', 'study_id', 'path'], options);
  return uniqueRows(
    table,
    [
      ['study_id', ({ identity }: EcgRow) => identity.ecg],
      ['path', ({ recording }) => recording.path],
    ],
    toRow,
    options,
  );
}

function toRow(row: CsvRow): EcgRow {
  const path = row.text('path').trim();
  if (path === '') throw row.error('path', 'the path of a record');
  const study = row.integer('study_id', 0, Number.MAX_SAFE_INTEGER);
  return {
    dataset: 'mimic-iv-ecg',
    identity: new Identity(study, row.integer('subject_id', 0, Number.MAX_SAFE_INTEGER)),
    recording: { format: 'wfdb', path },
    labels: [],
    report: '',
    file: TABLE,
    line: row.line,
  };
}

/**
 * Where the recordings lie, 'files/p1000/p10000032/s40689238/40689238', by study_id: the `ecg_id` of ECG-QA.
 *
 * @param source the folder with record_list.csv
 * @throws DatasetError as {@link readMimicIvEcg}
 */
export async function mimicRecordPaths(source: Source, options: ReaderOptions = {}): Promise<Map<number, string>> {
  const paths = new Map<number, string>();
  for await (const { identity, recording } of readRecordList(source, options)) {
    paths.set(Number(identity.ecg), recording.path);
  }
  return paths;
}

/** A stream of measurements to pick from by study, cheap where the studies come in the order of the stream. */
class Lookup {
  readonly #rows: AsyncIterator<StudyMeasurements>;
  readonly #passed = new Map<string, StudyMeasurements>();

  constructor(rows: AsyncIterator<StudyMeasurements>) {
    this.#rows = rows;
  }

  async take(study: string): Promise<StudyMeasurements | undefined> {
    const kept = this.#passed.get(study);
    if (kept) {
      this.#passed.delete(study);
      return kept;
    }
    for (;;) {
      const { value, done } = await this.#rows.next();
      if (done) return undefined;
      if (value.study === study) return value;
      this.#passed.set(value.study, value);
    }
  }
}
