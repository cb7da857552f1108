import type { Source } from '@heartllm/ecg-io';
import type { EcgRow } from '../row.ts';
import { checkHdf5 } from './hdf5.ts';
import type { Files, RecordingState } from './recording.ts';

/** CODE-15%'s HDF5 files: each is looked at once, when its first exam comes. */
export class Code15Files {
  readonly #source: Source;
  readonly #files: Files;
  readonly #states = new Map<string, RecordingState['state']>();

  constructor(source: Source, files: Files) {
    this.#source = source;
    this.#files = files;
  }

  async check({ recording: { path } }: EcgRow): Promise<RecordingState> {
    const before = this.#states.get(path);
    if (before) return { state: before };
    if (!this.#files.has(path)) return this.#remember(path, 'missing');
    const message = await checkHdf5(this.#source, path);
    return {
      ...this.#remember(path, message ? 'damaged' : 'intact'),
      ...(message && { problem: { file: path, message } }),
    };
  }

  #remember(path: string, state: RecordingState['state']): RecordingState {
    this.#states.set(path, state);
    return { state };
  }
}
