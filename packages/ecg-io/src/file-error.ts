import { describe, type WfdbPlace } from './wfdb/error.ts';

/** Where in a file something is wrong, or which option of the call is: `{ file, line?, field?, offset? }`. */
export type FilePlace = WfdbPlace;

/**
 * An HDF5, NumPy, CSV or EDF file, or a request for a part of one, is wrong; the message names the place, what was expected and what was
 * found.
 */
export class EcgFileError extends Error {
  override readonly name = 'EcgFileError';
  readonly file: string;
  readonly line?: number;
  readonly field?: string;
  readonly offset?: number;

  constructor(place: FilePlace, message: string, options?: ErrorOptions) {
    super(`${describe(place)}: ${message}`, options);
    this.file = place.file;
    this.line = place.line;
    this.field = place.field;
    this.offset = place.offset;
  }
}
