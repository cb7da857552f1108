import { EcgFileError, type FilePlace } from '../file-error.ts';
import { quote } from '../wfdb/error.ts';

/** What stands between two fields; ' ' is any run of spaces. */
export type Delimiter = ',' | ';' | '\t' | ' ';

/** A field in quotes; PhysioNet's tools write single ones. */
const QUOTED = /"(?:[^"]|"")*"|'[^']*'/g;

/**
 * What stands between the fields of a sample: of tab, semicolon, comma and spaces the first that leaves only numbers, times and dates, one of them at
 * least; undefined for a line that is no sample.
 *
 * @param given what the caller says it is
 */
export function sampleDelimiter(line: string, given: Delimiter | undefined): Delimiter | undefined {
  const bare = line.replace(QUOTED, '');
  const possible = given ? [given] : ([...'\t;,'] as Delimiter[]).filter((delimiter) => bare.includes(delimiter));
  if (!given) possible.push(' ');
  return possible.find((delimiter) => {
    const fields = tryFields(line, delimiter) ?? [''];
    return fields.some((field) => field !== '') && fields.every((field) => isCell(field, delimiter));
  });
}

const DATE = /^(?:\d{4}[-/.]\d\d?[-/.]\d\d?|\d\d?[-/.]\d\d?[-/.]\d{4})(?:[T ]|$)/;

function isCell(field: string, delimiter: Delimiter): boolean {
  return parseTime(field, delimiter) !== undefined || DATE.test(field);
}

/** The fields of a line, or undefined if a quote in it is not closed. */
export function tryFields(line: string, delimiter: Delimiter): string[] | undefined {
  try {
    return splitFields(line, delimiter, { file: '' });
  } catch {
    return undefined;
  }
}

/**
 * The fields of a line, without quotes and surrounding blanks.
 *
 * @throws EcgFileError if a quote is not closed on the line
 */
export function splitFields(line: string, delimiter: Delimiter, place: FilePlace): string[] {
  if (!/["']/.test(line)) {
    return delimiter === ' ' ? line.trim().split(/\s+/) : line.split(delimiter).map((field) => field.trim());
  }
  const held: string[] = [];
  // A quoted field may hold delimiters: it is put aside, and a NUL and its number stand for it meanwhile.
  const bare = line.replaceAll('\0', '').replace(QUOTED, (field) => `\0${held.push(unquote(field)) - 1}\0`);
  if (bare.includes('"')) throw new EcgFileError(place, `a quote is not closed: ${quote(line)}`);
  const fields = delimiter === ' ' ? bare.trim().split(/ +/) : bare.split(delimiter);
  return fields.map((field) => field.replace(/\0(\d+)\0/g, (_, index) => held[index]).trim());
}

function unquote(field: string): string {
  const inner = field.slice(1, -1);
  return field[0] === '"' ? inner.replaceAll('""', '"') : inner;
}

const NUMBER = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/;
/** What programs write where there is no sample; rdsamp of WFDB writes a hyphen. */
const MISSING = /^(?:-|[+-]?nan|na|n\/a|null|none|[+-]?inf(?:inity)?)?$/i;

/** The number in a field, NaN for a missing one, undefined for anything else. Where no comma divides fields, one is a decimal point. */
export function parseNumber(field: string, delimiter: Delimiter): number | undefined {
  const text = delimiter === ',' ? field : field.replace(',', '.');
  if (NUMBER.test(text)) return Number(text);
  return MISSING.test(text) ? Number.NaN : undefined;
}

/** Seconds, or hours, minutes and seconds with colons; undefined for anything else. */
export function parseTime(field: string, delimiter: Delimiter): number | undefined {
  const clock = /^(?:(\d+):)?(\d+):(\d+(?:[.,]\d*)?)$/.exec(field);
  if (!clock) return parseNumber(field, delimiter);
  const [, hours = '0', minutes, seconds] = clock;
  return Number(hours) * 3600 + Number(minutes) * 60 + Number(seconds.replace(',', '.'));
}

/**
 * Whether the commas of a line look like decimal points that were taken for delimiters: `0,05` are no fields 0 and 05, as nobody writes a number
 * with a zero in front.
 */
export function hasDecimalCommas(fields: string[]): boolean {
  return fields.some((field, i) => i % 2 === 1 && /^0\d+$/.test(field) && /^[+-]?(?:0|[1-9]\d*)$/.test(fields[i - 1]));
}
