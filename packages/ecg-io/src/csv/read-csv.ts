import type { Source } from '@heartllm/source';
import { checkScaling } from '../array/scaling.ts';
import { EcgFileError } from '../file-error.ts';
import { plainRecord, recordName } from '../plain-record.ts';
import type { EcgRecord } from '../record.ts';
import { quote } from '../wfdb/error.ts';
import { type Columns, isHeader, isUnitLine, parseTime, planColumns } from './columns.ts';
import { type Delimiter, parseNumber, sniffDelimiter, splitFields } from './fields.ts';
import { GrowingArray } from './growing-array.ts';
import { readLines } from './lines.ts';
import { samplingRate } from './sampling-rate.ts';

/** In Hz. No ECG is sampled more slowly; times in milliseconds that are taken for seconds look so. */
const SLOWEST_ECG = 20;

/** What a CSV file does not say itself. */
export interface CsvOptions {
  /** Samples per second; by default from the column with the time. */
  fs?: number;
  /** Names of the leads in the order of the columns; by default from the header, and of twelve columns without one I, II, III, AVR ... V6. */
  leads?: readonly string[];
  /** Unit of all leads; by default from the header (`V1 (mV)`, or a second line with units), else 'mV'. */
  units?: string;
  /** The column with the time, by name or index; by default one called time, t, seconds and the like, without a header and `fs` the first. */
  time?: string | number;
  /** What stands between fields; by default the first of tab, semicolon and comma found in the first line, else spaces. */
  delimiter?: ',' | ';' | '\t' | ' ';
}

/**
 * Reads an ECG from a text file with a column per lead and a line per sample, in one pass. A first line with names is optional, so is a
 * column with the time, in seconds, milliseconds or as h:mm:ss. Fields may be in quotes; empty ones, `nan`, `inf` and `-` are invalid samples;
 * lines that begin with # are comments. Where no comma divides fields, numbers may have a decimal comma.
 *
 * ```ts
 * const record = await readCsv(source, 'ecg.csv'); // time,I,II / 0.000,-0.115,-0.050 / 0.002,-0.115,-0.050 / ...
 * ```
 *
 * @param path inside the source, with its suffix
 * @throws EcgFileError with the line, where a field is no number, a line has too few or too many, or times are uneven; SourceError if the
 * file cannot be read
 */
export async function readCsv(source: Source, path: string, options: CsvOptions = {}): Promise<EcgRecord> {
  const { fs } = options;
  checkScaling(path, { fs });
  const table = new Table(path, options);
  for await (const { first, lines } of readLines(source, path)) {
    for (let i = 0; i < lines.length; i++) table.add(lines[i], first + i);
  }
  const { columns, signal, comments, rate } = table.finish();
  const { names: leads, units } = columns;
  const isSlow = fs === undefined && rate < SLOWEST_ECG;
  const warnings = isSlow ? [`${path}: the times give ${rate} Hz; are they in another unit than seconds?`] : [];
  return plainRecord({ name: recordName(path), format: 'csv', fs: rate, leads, units, signal, comments, warnings });
}

/** Takes a file's lines one after the other. */
class Table {
  readonly #file: string;
  readonly #options: CsvOptions;
  readonly #comments: string[] = [];
  #delimiter: Delimiter | undefined;
  #header: string[] | undefined;
  #unitLine: string[] | undefined;
  #columns: Columns | undefined;
  #signal: GrowingArray<Float32Array>[] = [];
  readonly #times = new GrowingArray(new Float64Array(0));
  readonly #lines = new GrowingArray(new Float64Array(0));
  #decimals = 0;

  constructor(file: string, options: CsvOptions) {
    this.#file = file;
    this.#options = options;
  }

  add(text: string, line: number): void {
    if (text.startsWith('#')) {
      this.#comments.push(text.slice(1).trim());
      return;
    }
    if (text.trim() === '') return;
    const first = this.#delimiter === undefined;
    this.#delimiter ??= this.#options.delimiter ?? sniffDelimiter(text);
    const fields = splitFields(text, this.#delimiter, { file: this.#file, line });
    if (first && isHeader(fields, this.#delimiter)) {
      this.#header = fields;
    } else if (this.#header && !this.#columns && !this.#unitLine && isUnitLine(fields, this.#delimiter)) {
      this.#unitLine = fields;
    } else {
      this.#addSample(fields, this.#delimiter, line);
    }
  }

  #addSample(fields: string[], delimiter: Delimiter, line: number): void {
    const columns = this.#columns ?? this.#plan(fields.length, line);
    const { count, leads, time, timeUnit } = columns;
    const trailing = fields.length === count + 1 && fields[count] === ''; // a delimiter at the end of the line
    if (fields.length !== count && !trailing) {
      throw new EcgFileError({ file: this.#file, line }, `expected ${count} fields, found ${fields.length}`);
    }
    for (let i = 0; i < leads.length; i++) {
      const value = parseNumber(fields[leads[i]], delimiter);
      if (value === undefined) throw this.#noNumber(fields[leads[i]], columns.names[i], line);
      this.#signal[i].push(value);
    }
    if (time === undefined || this.#options.fs !== undefined) return;
    const seconds = parseTime(fields[time], delimiter);
    if (seconds === undefined || Number.isNaN(seconds)) throw this.#noNumber(fields[time], 'time', line);
    this.#times.push(seconds * timeUnit);
    this.#lines.push(line);
    this.#decimals = Math.max(this.#decimals, decimalsOf(fields[time]));
  }

  #plan(fields: number, line: number): Columns {
    const count = this.#header?.length ?? fields;
    const header = this.#header?.at(-1) === '' && fields === count - 1 ? this.#header.slice(0, -1) : this.#header;
    const columns = planColumns(header?.length ?? fields, header, this.#unitLine, this.#options, { file: this.#file });
    if (columns.time === undefined && this.#options.fs === undefined) {
      const message = 'no column is called time: give fs, or time with the name or index of the column';
      throw new EcgFileError({ file: this.#file, line, field: 'fs' }, message);
    }
    this.#signal = columns.leads.map(() => new GrowingArray(new Float32Array(0)));
    this.#columns = columns;
    return columns;
  }

  #noNumber(field: string, name: string, line: number): EcgFileError {
    return new EcgFileError({ file: this.#file, line, field: name }, `expected a number, found ${quote(field)}`);
  }

  finish() {
    if (!this.#columns) throw new EcgFileError({ file: this.#file }, 'holds no samples');
    const times = {
      seconds: this.#times.take(),
      resolution: 10 ** -this.#decimals * this.#columns.timeUnit,
      lines: this.#lines.take(),
    };
    return {
      columns: this.#columns,
      signal: this.#signal.map((lead) => lead.take()),
      comments: this.#comments,
      rate: this.#options.fs ?? samplingRate(times, this.#file),
    };
  }
}

/** How many decimal places a time is written with: one in '0,5' and '1:00.5', three in '2.5e-2'. */
function decimalsOf(field: string): number {
  const parts = /(?:[.,](\d*))?(?:e([+-]?\d+))?$/i.exec(field);
  return Math.max(0, (parts?.[1]?.length ?? 0) - Number(parts?.[2] ?? 0));
}
