import {
  channelsFor,
  EcgFileError,
  type EcgRecord,
  type Hdf5Exams,
  openHdf5,
  readRecord,
  type Source,
  selectLeads,
  WfdbError,
} from '@heartllm/ecg-io';
import { exists, isMissing } from '@heartllm/source';
import { DatasetError, RecordingMissingError } from './error.ts';
import type { EcgRow } from './row.ts';

/** The order of PTB-XL, and of everything that is trained on it. */
const LEADS = ['I', 'II', 'III', 'aVR', 'aVL', 'aVF', 'V1', 'V2', 'V3', 'V4', 'V5', 'V6'];

/** A row, as far as its recording goes. */
export type RecordedRow = Pick<EcgRow, 'recording' | 'file'> & Partial<Pick<EcgRow, 'line'>>;

/**
 * Reads the signals of rows of any data set, always as the twelve leads I II III aVR aVL aVF V1 to V6, whatever their
 * names and order in the file (MIMIC-IV-ECG: aVR aVF aVL; LUDB: avr). HDF5 files stay open until `close`.
 *
 * ```ts
 * const recordings = new Recordings(source);
 * for await (const row of readCode15(source)) console.log((await recordings.read(row)).samples);
 * await recordings.close();
 * ```
 */
export class Recordings {
  readonly #source: Source;
  readonly #hdf5 = new Map<string, Promise<IndexedExams>>();

  /** @param source the data set's folder, from which its paths lead on */
  constructor(source: Source) {
    this.#source = source;
  }

  /**
   * The signal of a row; CODE-15%'s without the zeros that make all of its exams equally long.
   *
   * @returns at the sampling rate of the file and in its units
   * @throws DatasetError naming the row's file and line where the recording, or the exam in it, is missing, or the exam
   *   is there more than once; what ecg-io throws where it is damaged, a lead is missing, or h5wasm is not installed
   */
  async read(row: RecordedRow): Promise<EcgRecord> {
    return selectLeads(await this.readAsStored(row, LEADS), LEADS);
  }

  /**
   * The same with the leads as the file has them.
   *
   * @param leads those that matter; a WFDB signal that they do not need may then be left out, and cannot fail
   * @throws as {@link Recordings.read}, except for a lead that is missing
   */
  async readAsStored(row: RecordedRow, leads?: readonly string[]): Promise<EcgRecord> {
    const { recording } = row;
    if (recording.format === 'wfdb') {
      try {
        return await readRecord(this.#source, recording.path, leads ? { channels: channelsFor(leads) } : {});
      } catch (error) {
        // Without a line it is the header itself, whose place nobody looks up before: over a network that takes as long as to read it.
        if (error instanceof WfdbError && error.line === undefined && isMissing(error.cause)) throw missing(row);
        throw error;
      }
    }
    if (!(await this.has(row))) throw missing(row);
    const { exams, indices, twice } = await this.#open(recording.path);
    const id = String(recording.exam);
    if (twice.has(id)) {
      const place = { file: row.file, line: row.line };
      throw new DatasetError(place, `its exam stands more than once in ${recording.path}`);
    }
    return exams.record(indices.get(id)!);
  }

  /**
   * Whether the recording is there: its header, or its HDF5 file and the exam in it. What it holds is not looked at.
   *
   * @throws what ecg-io throws for an HDF5 file that cannot be opened
   */
  async has({ recording }: Pick<RecordedRow, 'recording'>): Promise<boolean> {
    if (recording.format === 'wfdb') return exists(this.#source, `${recording.path}.hea`);
    if (!this.#hdf5.has(recording.path) && !(await exists(this.#source, recording.path))) return false;
    return (await this.#open(recording.path)).indices.has(String(recording.exam));
  }

  /** Closes the HDF5 files that are open; a later `read` opens them again. */
  async close(): Promise<void> {
    const opened = await Promise.allSettled(this.#hdf5.values());
    this.#hdf5.clear();
    for (const file of opened) if (file.status === 'fulfilled') await file.value.exams.close();
  }

  #open(path: string): Promise<IndexedExams> {
    const before = this.#hdf5.get(path);
    if (before) return before;
    const opened = openIndexed(this.#source, path);
    this.#hdf5.set(path, opened);
    // What failed for a moment, as with too many files open, may not fail for the next exam.
    opened.catch((error) => {
      if (!(error instanceof EcgFileError)) this.#hdf5.delete(path);
    });
    return opened;
  }
}

interface IndexedExams {
  exams: Hdf5Exams;
  indices: Map<string, number>; // by exam id
  twice: Set<string>; // ids that several exams have: nobody knows whose they are
}

async function openIndexed(source: Source, path: string): Promise<IndexedExams> {
  const exams = await openHdf5(source, path, { padding: 'trim' });
  const indices = new Map<string, number>();
  const twice = new Set<string>();
  for (let index = 0; index < exams.length; index++) {
    const id = await exams.id(index);
    if (indices.has(id)) twice.add(id);
    indices.set(id, index);
  }
  return { exams, indices, twice };
}

/** Reads the signal of one row; `Recordings` is for many. @throws as {@link Recordings.read} */
export async function readRecording(source: Source, row: RecordedRow): Promise<EcgRecord> {
  const recordings = new Recordings(source);
  try {
    return await recordings.read(row);
  } finally {
    await recordings.close();
  }
}

/**
 * The rows whose recording is there. A row whose file, or exam in a file, is missing goes to `onMissing`, for instance to count it: a part of
 * PTB-XL is enough to train on.
 *
 * @param source the data set's folder
 * @throws what ecg-io throws for an HDF5 file that cannot be opened
 */
export async function* withRecordings<T extends RecordedRow>(
  rows: Iterable<T> | AsyncIterable<T>,
  source: Source,
  onMissing: (problem: DatasetError) => void,
): AsyncGenerator<T> {
  const recordings = new Recordings(source);
  try {
    for await (const row of rows) {
      if (await recordings.has(row)) yield row;
      else onMissing(missing(row));
    }
  } finally {
    await recordings.close();
  }
}

function missing(row: RecordedRow): RecordingMissingError {
  return new RecordingMissingError(
    { file: row.file, line: row.line },
    `its recording ${row.recording.path} is missing`,
  );
}
