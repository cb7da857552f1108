import { assertSource, type Source } from '@heartllm/source';
import { checkScaling } from '../array/scaling.ts';
import { plainRecord, recordName } from '../plain-record.ts';
import type { EcgRecord } from '../record.ts';
import { readLines } from './lines.ts';
import { Table } from './table.ts';

/** In Hz. No ECG is sampled more slowly; times in milliseconds that are taken for seconds look so. */
const SLOWEST_ECG = 20;

/** What a CSV file does not say itself. */
export interface CsvOptions {
  /** Samples per second; by default from the column with the time, else from a line such as `# fs: 500`. */
  fs?: number;
  /**
   * The leads to read, of those that the header names. Where it has no such names, or there is none: names for all leads in the order of the columns,
   * by default those of the header, and of twelve columns without one I, II, III, AVR ... V6.
   */
  leads?: readonly string[];
  /**
   * Unit of all leads once scaled; by default from the header (`V1 (mV)`, a second line with units, or a line `# Units: uV`). Where the file names
   * none it is 'mV', unless a value is beyond 20, which no ECG in mV has: then '', with a warning.
   */
  units?: string;
  /** Physical units per number in the file, 1 by default. */
  scale?: number;
  /** The column with the time, by name or index; by default one called time, t, seconds and the like, without a header and `fs` the first. */
  time?: string | number;
  /** What stands between fields; by default of tab, semicolon, comma and spaces the first that leaves only numbers. */
  delimiter?: ',' | ';' | '\t' | ' ';
}

/**
 * Reads an ECG from a text file with a column per lead and a line per sample, in one pass. A line with names is optional, so is a column with
 * the time, in seconds, milliseconds or as h:mm:ss. Fields may be in quotes; empty ones, `nan`, `inf` and `-` are invalid samples; lines that begin
 * with # or % are comments, and free text may stand above the table. Where no comma divides fields, numbers may have a decimal comma. The text is
 * UTF-8, UTF-16 or Latin-1.
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
  assertSource(source, 'readCsv');
  const { fs, scale } = options;
  checkScaling(path, { fs, scale });
  const table = new Table(path, options);
  for await (const { first, lines } of readLines(source, path)) {
    for (let i = 0; i < lines.length; i++) table.add(lines[i], first + i);
  }
  const { rate, warnings, ...read } = table.finish();
  if (fs === undefined && rate < SLOWEST_ECG)
    warnings.push(`${path}: the times give ${rate} Hz; are they in another unit than seconds?`);
  return plainRecord({ name: recordName(path), format: 'csv', fs: rate, scale, warnings, ...read });
}
