import { EcgFileError, type Source } from '@heartllm/ecg-io';
import { withoutQuotes } from '@heartllm/source';
import { DatasetError } from '../error.ts';
import { Recordings } from '../recording.ts';
import type { EcgRow } from '../row.ts';
import { checkHdf5 } from './hdf5.ts';
import type { Files, RecordingState } from './recording.ts';

/** CODE-15%'s exams. A file that is cut, as a download that broke off, is one problem, not one for each of its exams. */
export class Code15Exams {
  readonly #source: Source;
  readonly #files: Files;
  readonly #recordings: Recordings;
  /** What a file is as a whole; 'intact' when its exams can be looked at one by one. */
  readonly #states = new Map<string, RecordingState['state']>();

  constructor(source: Source, files: Files) {
    this.#source = source;
    this.#files = files;
    this.#recordings = new Recordings(source);
  }

  async check(row: EcgRow): Promise<RecordingState> {
    const { path } = row.recording;
    if (!this.#states.has(path)) {
      const { state, problem } = await this.#open(row);
      this.#states.set(path, state);
      if (problem) return { state, problem };
    }
    const state = this.#states.get(path)!;
    if (state !== 'intact') return { state };
    const damaged = (message: string): RecordingState => {
      return { state: 'damaged', problem: { file: row.file, line: row.line, message } };
    };
    if (!(await this.#recordings.has(row))) return damaged(`its exam is not in ${path}`);
    try {
      const message = await messageOf(path, () => this.#recordings.readAsStored(row));
      return message ? damaged(`its exam in ${path}: ${message}`) : { state };
    } catch (error) {
      if (error instanceof DatasetError) return damaged(error.detail); // it is there twice
      throw error;
    }
  }

  close(): Promise<void> {
    return this.#recordings.close();
  }

  async #open(row: EcgRow): Promise<RecordingState> {
    const { path } = row.recording;
    if (!this.#files.has(path)) return { state: 'missing' };
    const message = (await checkHdf5(this.#source, path)) ?? (await messageOf(path, () => this.#recordings.has(row)));
    return message ? { state: 'damaged', problem: { file: path, message } } : { state: 'intact' };
  }
}

/** What the HDF5 reader complains about; that h5wasm is not installed is no fault of the file. */
async function messageOf(path: string, read: () => Promise<unknown>): Promise<string | undefined> {
  try {
    await read();
    return undefined;
  } catch (error) {
    if (!(error instanceof EcgFileError) || error.message.includes('h5wasm')) throw error;
    return withoutQuotes(error.message.replace(`${path}: `, ''));
  }
}
