import type { ScaledCodes } from '../ecg-tokenizer.ts';
import { CodeShardsError } from './error.ts';
import { isCount, isText, listOf, parseObject, show } from './json-fields.ts';

/** Which record of the data set it is; nothing else that would tell whose. */
export interface RecordPlace {
  /** Path inside the data set, without suffix ('records500/00000/00001_hr'), or of an HDF5 file. */
  record: string;
  /** Number of the exam in an HDF5 file. */
  exam?: number;
  /** The data set's own split, where it has one: PTB-XL's 1 to 10. */
  fold?: number;
}

/** A record, its codes [codesPerRecord] and what brings its unit back. */
export interface CodedRecord extends RecordPlace, ScaledCodes {
  /** Units of the leads where they are not all mV. [leads] */
  units?: string[];
  /** What was changed in the signal, one line each. */
  warnings?: string[];
}

/** A record that has no codes. */
export interface FailedRecord extends RecordPlace {
  /** Why, in one line; 'missing' where the recording is not there. */
  failed: string;
}

/** A line of a shard's index: the place, and the row of the shard's tensors or why there is none. */
export type IndexLine = RecordPlace &
  (
    | {
        /** Row of the shard's tensors, from 0. */
        row: number;
        /** Units of the leads where they are not all mV. [leads] */
        units?: string[];
        /** What was changed in the signal, one line each; undefined where nothing was. */
        warnings?: string[];
      }
    | {
        /** Why it has no codes, in one line; 'missing' where the recording is not there. */
        failed: string;
      }
  );

/** The lines of a shard's index as JSON, always with their fields in the same order. */
export function formatIndex(records: readonly (CodedRecord | FailedRecord)[]): string {
  let row = 0;
  const lines = records.map((entry): IndexLine => {
    const { record, exam, fold } = entry;
    const place = { record, ...(exam !== undefined && { exam }), ...(fold !== undefined && { fold }) };
    if ('failed' in entry) return { ...place, failed: entry.failed };
    const { units, warnings } = entry;
    return { ...place, row: row++, ...(units && { units }), ...(warnings && { warnings }) };
  });
  return lines.map((line) => `${JSON.stringify(line)}\n`).join('');
}

/**
 * Reads a shard's index. Fields this version does not know are ignored.
 *
 * @param leads how many units a line has, where it has any
 * @throws CodeShardsError naming file, line and field
 */
export function parseIndex(text: string, file: string, leads: number): IndexLine[] {
  if (!text.endsWith('\n')) throw new CodeShardsError(`${file}: is cut off, its last line has no end`);
  let rows = 0;
  return text
    .slice(0, -1)
    .split('\n')
    .map((json, i): IndexLine => {
      const where = `${file} line ${i + 1}`;
      const { record, exam, fold, row, units, warnings, failed } = parseObject(json, where);
      const wrong = (field: string, expected: string, found: unknown) =>
        new CodeShardsError(`${where}, ${field}: expected ${expected}, found ${show(found)}`);
      if (!isText(record)) throw wrong('record', 'a path', record);
      if (exam !== undefined && !isNumber(exam)) throw wrong('exam', 'a whole number from 0', exam);
      if (fold !== undefined && !isNumber(fold)) throw wrong('fold', 'a whole number from 0', fold);
      const place = { record, ...(exam !== undefined && { exam }), ...(fold !== undefined && { fold }) };
      if (failed !== undefined) {
        if (!isText(failed)) throw wrong('failed', 'a reason', failed);
        return { ...place, failed };
      }
      if (row !== rows) throw wrong('row', `${rows}`, row);
      rows++;
      if (units !== undefined && !(isTexts(units) && units.length === leads))
        throw wrong('units', `${leads} units`, units);
      if (warnings !== undefined && !isTexts(warnings)) throw wrong('warnings', 'a list of texts', warnings);
      return { ...place, row, ...(units && { units }), ...(warnings && { warnings }) };
    });
}

const isTexts = listOf(isText);
const isNumber = (value: unknown): value is number => value === 0 || isCount(value);
