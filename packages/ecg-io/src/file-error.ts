import { describe, quote, type WfdbPlace } from './wfdb/error.ts';

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
    super(`${describe({ ...place, field: place.field && printable(place.field) })}: ${message}`, options);
    this.file = place.file;
    this.line = place.line;
    this.field = place.field;
    this.offset = place.offset;
  }
}

/** Fields may be names out of the file, of leads or of entries in an archive. */
function printable(field: string): string {
  return field.length > 40 || /[\p{Cc}\p{Zl}\p{Zp}]/u.test(field) ? quote(field) : field;
}
