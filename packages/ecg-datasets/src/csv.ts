import type { Source } from '@heartllm/ecg-io';
import Papa from 'papaparse';
import { DatasetError } from './error.ts';

/** PTB-XL's whole table has 8 MB and MIMIC-IV-ECG's largest 200 MB; anything above this is not a table of ECGs. */
const LARGEST_TABLE = 512 * 2 ** 20;

/** One row of a CSV file that knows where it stands, so that every complaint can name file, row and column. */
export class CsvRow {
  readonly path: string;
  /** Row of the file as a spreadsheet counts it: the header is row 1. */
  readonly number: number;
  readonly #cells: readonly string[];
  readonly #columns: ReadonlyMap<string, number>;

  constructor(path: string, number: number, cells: readonly string[], columns: ReadonlyMap<string, number>) {
    this.path = path;
    this.number = number;
    this.#cells = cells;
    this.#columns = columns;
  }

  /** The cell as it stands; '' where it is empty. */
  text(column: string): string {
    return this.#cells[this.#columns.get(column)!];
  }

  /** The cell as a finite number, undefined where it is empty. */
  numberOrEmpty(column: string): number | undefined {
    const text = this.text(column).trim();
    if (text === '') return undefined;
    const value = Number(text);
    if (!Number.isFinite(value)) throw this.error(column, 'a number');
    return value;
  }

  /** The cell as a whole number from `from` to `to`. */
  integer(column: string, from: number, to: number): number {
    const value = this.numberOrEmpty(column);
    if (value === undefined || !Number.isInteger(value) || value < from || value > to) {
      throw this.error(column, `a whole number from ${from} to ${to}`);
    }
    return value;
  }

  /** The error to throw when a cell is not what was expected. */
  error(column: string, expected: string): DatasetError {
    const found = this.text(column);
    const shown = found.length > 60 ? `${found.slice(0, 60)}...` : found;
    return new DatasetError(
      `${this.path}, row ${this.number}, column ${column}: expected ${expected}, found ${JSON.stringify(shown)}`,
    );
  }
}

/**
 * Reads a CSV file (RFC 4180, UTF-8, first row the header) with at least the given columns, in any order.
 *
 * @throws DatasetError naming file, row and column where the text is not such a table
 */
export async function readCsv(source: Source, path: string, columns: readonly string[]): Promise<CsvRow[]> {
  const size = await source.size(path);
  if (size > LARGEST_TABLE) {
    throw new DatasetError(`${path}: expected a table of at most ${LARGEST_TABLE} bytes, found ${size}`);
  }
  const parsed = Papa.parse<string[]>(decode(path, await source.read(path)), { delimiter: ',' });
  const [header = [], ...body] = parsed.data;
  const broken = parsed.errors.at(0);
  if (broken) throw new DatasetError(`${path}, row ${(broken.row ?? 0) + 1}: ${broken.message}`);

  const index = new Map(header.map((name, column) => [name, column]));
  for (const column of columns) {
    if (!index.has(column)) {
      throw new DatasetError(
        `${path}, row 1: expected a column ${JSON.stringify(column)}, found ${header.join(',').slice(0, 200)}`,
      );
    }
  }
  return body.flatMap((cells, i) => {
    const number = i + 2;
    if (cells.length === 1 && cells[0].trim() === '') return []; // an empty line, usually the last
    if (cells.length !== header.length) {
      throw new DatasetError(`${path}, row ${number}: expected ${header.length} columns, found ${cells.length}`);
    }
    return [new CsvRow(path, number, cells, index)];
  });
}

function decode(path: string, bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw new DatasetError(`${path}: expected a CSV file in UTF-8, found other bytes`);
  }
}
