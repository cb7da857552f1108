/** Where in a data set something is wrong. */
export interface DatasetPlace {
  /** Path inside the source. */
  file: string;
  /** Line of the file, from 1, where the row begins. */
  line?: number;
  /** Column of a table, or field of a list's entry. */
  field?: string;
}

/**
 * What a data set holds is not what its documentation promises; the message names file, line and field. No message
 * shows what stands in a field that identifies a patient or an ECG.
 */
export class DatasetError extends Error {
  /** 'DatasetError'; tells the error apart where `instanceof` cannot: two copies of the package. */
  override readonly name: string = 'DatasetError';
  /** Path inside the source; '.' for the whole of it. */
  readonly file: string;
  /** Line of the file, from 1, where the row or entry begins; undefined where the problem is of the whole file. */
  readonly line?: number;
  /** Column of a table ('column age'), or field of a list's entry; undefined where no single one is wrong. */
  readonly field?: string;
  /** The message without file and line. */
  readonly detail: string;

  constructor({ file, line, field }: DatasetPlace, message: string, options?: ErrorOptions) {
    const detail = field === undefined ? message : `${field}: ${message}`;
    const where = line === undefined ? file : `${file} line ${line}`;
    super(field === undefined ? `${where}: ${detail}` : `${where}, ${detail}`, options);
    this.detail = detail;
    this.file = file;
    this.line = line;
    this.field = field;
  }
}

/** The recording of a row is not there, as in a copy of a part of the data set. */
export class RecordingMissingError extends DatasetError {
  /** 'RecordingMissingError'; tells the error apart where `instanceof` cannot: two copies of the package. */
  override readonly name = 'RecordingMissingError';
}

/** How the readers of this package go on where something is wrong. */
export interface ReaderOptions {
  /** Takes what is wrong with a row, which is then left out. Without it the first wrong row ends the reading. */
  onProblem?: (problem: DatasetError) => void;
}

/**
 * What `read` makes of a row, or undefined where it throws a DatasetError and somebody takes it.
 *
 * @throws whatever `read` throws, unless it is a DatasetError and `onProblem` is there
 */
export function orProblem<T>(read: () => T, { onProblem }: ReaderOptions): T | undefined {
  try {
    return read();
  } catch (error) {
    if (!onProblem || !(error instanceof DatasetError)) throw error;
    onProblem(error);
    return undefined;
  }
}
