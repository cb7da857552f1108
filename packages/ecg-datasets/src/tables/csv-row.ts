import { quote } from '@heartllm/source';
import { DatasetError } from '../error.ts';

/** Columns, over all data sets, whose cells tell whose ECG it is or when, where and by whom it was taken. */
const IDENTIFYING = /(^|_)(id|name|date|time|nurse|site|device|file|filename|path)(_|$)|^(validated_by|ID)$/i;

/** One row of a CSV file that knows where it stands, so that every complaint can name file, line and column. */
export class CsvRow {
  readonly file: string;
  /** Line of the file on which the row begins; the header is on line 1. */
  readonly line: number;
  readonly #cells: readonly string[];
  readonly #columns: ReadonlyMap<string, number>;

  constructor(file: string, line: number, cells: readonly string[], columns: ReadonlyMap<string, number>) {
    this.file = file;
    this.line = line;
    this.#cells = cells;
    this.#columns = columns;
  }

  /** Whether the table has the column at all. */
  has(column: string): boolean {
    return this.#columns.has(column);
  }

  /** The cell as it stands; '' where it is empty or the table has no such column. */
  text(column: string): string {
    const index = this.#columns.get(column);
    return index === undefined ? '' : this.#cells[index];
  }

  /** The cell as a finite number, undefined where it is empty. */
  numberOrEmpty(column: string): number | undefined {
    const text = this.text(column).trim();
    if (text === '') return undefined;
    const value = Number(text);
    if (!Number.isFinite(value)) throw this.error(column, 'a number');
    return value;
  }

  /** The cell as a whole number from `from` to `to`; '12.0' counts, as pandas writes it. */
  integer(column: string, from: number, to: number): number {
    const value = this.numberOrEmpty(column);
    if (value === undefined || !Number.isInteger(value) || value < from || value > to) {
      throw this.error(column, `a whole number from ${from} to ${to}`);
    }
    return value;
  }

  /** The cell as Python's True or False (also 1 and 0), undefined where it is empty. */
  booleanOrEmpty(column: string): boolean | undefined {
    const text = this.text(column).trim().toLowerCase();
    if (text === '') return undefined;
    if (['true', '1', '1.0'].includes(text)) return true;
    if (['false', '0', '0.0'].includes(text)) return false;
    throw this.error(column, 'True or False');
  }

  /** The error to throw when a cell is not what was expected; what stands in an identifying column is not shown. */
  error(column: string, expected: string): DatasetError {
    const text = this.text(column);
    const found = IDENTIFYING.test(column) ? `${text.length} other characters` : quote(text);
    const field = `column ${column === '' ? '1' : column}`;
    return new DatasetError({ file: this.file, line: this.line, field }, `expected ${expected}, found ${found}`);
  }
}
