import { EcgFileError, type FilePlace } from '../file-error.ts';
import { quote } from '../wfdb/error.ts';

/** What stands between two fields; ' ' is any run of spaces. */
export type Delimiter = ',' | ';' | '\t' | ' ';

/** A field in quotes; PhysioNet's tools write single ones. */
const QUOTED = /"(?:[^"]|"")*"|'[^']*'/g;

/** The first of tab, semicolon, comma that the line has outside quotes, else spaces. */
export function sniffDelimiter(line: string): Delimiter {
  const bare = line.replace(QUOTED, '');
  return (['\t', ';', ','] as const).find((delimiter) => bare.includes(delimiter)) ?? ' ';
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
