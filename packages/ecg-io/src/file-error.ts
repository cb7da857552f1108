import { describe, quote, type WfdbPlace } from './wfdb/error.ts';

/** Where in a file something is wrong, or which option of the call is: `{ file, line?, field?, offset? }`. */
export type FilePlace = WfdbPlace;

/**
 * An HDF5, NumPy, CSV or EDF file, or a request for a part of one, is wrong; the message names the place, what was expected and what was
 * found.
 */
export class EcgFileError extends Error {
  /** 'EcgFileError'; tells the error apart where `instanceof` cannot: two copies of the package. */
  override readonly name = 'EcgFileError';
  /** Path inside the source. */
  readonly file: string;
  /** Line of a text file, from 1. */
  readonly line?: number;
  /** Option of the call, field of a header, column, dataset or array, by name. */
  readonly field?: string;
  /** Byte offset in a binary file, from 0. */
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
