/** Where in a WFDB file something is wrong. */
export interface WfdbPlace {
  /** Path inside the source. */
  file: string;
  /** Line of a header, from 1. */
  line?: number;
  /** Field of the line, or option of the call, by name. */
  field?: string;
  /** Byte offset in a signal file. */
  offset?: number;
}

/** A WFDB record, or a request for one, is wrong; the message names the place, what was expected and what was found. */
export class WfdbError extends Error {
  /** 'WfdbError'; tells the error apart where `instanceof` cannot: two copies of the package. */
  override readonly name = 'WfdbError';
  /**
   * Path inside the source, or of the file to be written; of a signal file that a source could not give it is the
   * header's, and `cause` says why.
   */
  readonly file: string;
  /** Line of a header, from 1. */
  readonly line?: number;
  /** Field of the line, or option of the call, by name. */
  readonly field?: string;
  /** Byte offset in a signal or annotation file, from 0. */
  readonly offset?: number;

  constructor(place: WfdbPlace, message: string, options?: ErrorOptions) {
    super(`${describe(place)}: ${message}`, options);
    this.file = place.file;
    this.line = place.line;
    this.field = place.field;
    this.offset = place.offset;
  }
}

/** The place in words, as it begins a message: `rec.hea line 2, gain`. */
export function describe({ file, line, field, offset }: WfdbPlace): string {
  const where = [
    line === undefined ? file : `${file} line ${line}`,
    field,
    offset === undefined ? undefined : `byte ${offset}`,
  ];
  return where.filter((part) => part !== undefined).join(', ');
}

/** Text from a file, fit for an error message: quoted, control characters escaped, not longer than 40 characters. */
export function quote(text: string): string {
  return JSON.stringify(text.length > 40 ? `${text.slice(0, 39)}…` : text);
}
