import { EcgFileError, type FilePlace } from '../file-error.ts';
import { canonicalLead, namedLead } from '../prepare/lead-names.ts';
import { quote } from '../wfdb/error.ts';
import { type Delimiter, tryFields } from './fields.ts';
import { isTime, isVoltage, parseTitle, secondsPer, withoutBrackets } from './title.ts';

/** A line above the first sample. */
export interface HeadLine {
  text: string;
  line: number;
  /** An empty line stands between it and the next. */
  isApart: boolean;
}

/** The lines right above the samples that speak of their columns. */
export interface Head {
  titles?: string[];
  /** '' for a column without one. */
  units?: string[];
}

type Row = { fields: string[]; line: number };

/**
 * What stands right above the samples: names, units, both, or neither. What stands above that is free text.
 *
 * @param sample the first one; a delimiter behind it may leave an empty field, as it may behind the names
 * @param comment the last one, which holds the names where NumPy's savetxt wrote them
 * @throws EcgFileError for names of another number of columns, and for a sample with a slip in it
 */
export function readHead(
  lines: HeadLine[],
  comment: string,
  sample: string[],
  delimiter: Delimiter,
  file: string,
): Head {
  const rows = rowsOf(lines, delimiter);
  const last = rows.at(-1);
  const fits = ({ fields }: Row) => [sample.length, withoutTail(sample).length].includes(fields.length);
  if (!last || (!fits(last) && lines.at(-1)?.isApart)) {
    const fields = withoutTail(tryFields(comment, delimiter) ?? []);
    return fits({ fields, line: 0 }) && fields.some(isLead) ? { titles: fields } : {};
  }
  if (!fits(last)) {
    const message = `expected a name for each of the ${sample.length} columns below, found ${last.fields.length}`;
    throw new EcgFileError({ file, line: last.line }, message);
  }
  const above = rows.at(-2)?.fields;
  const titles = above?.length === last.fields.length ? above : undefined;
  if (isUnitLine(last.fields, titles)) return { titles, units: last.fields.map(withoutBrackets) };
  if (last.fields.some((field) => (titles ? /^[+-]?\.?\d/ : /^[+-]?\d*[.,]\d/).test(field))) {
    throw notNumeric(last, titles, file);
  }
  return { titles: last.fields };
}

/** Why a file without any sample has none: it is no table, or the rows of its table are not all numbers. */
export function noSamples(lines: HeadLine[], given: Delimiter | undefined, file: string): EcgFileError {
  for (const delimiter of given ? [given] : ([...'\t;, '] as Delimiter[])) {
    const rows = rowsOf(lines, delimiter);
    const slip = rows.findIndex(({ fields }, i) => {
      const numbers = fields.filter((field) => /^[+-]?\.?\d/.test(field)).length;
      const isTable = fields.length === rows[i - 1]?.fields.length && (fields.length > 1 || delimiter === ' ');
      return isTable && numbers > 0 && 2 * numbers >= fields.length;
    });
    if (slip > 0) return notNumeric(rows[slip], rows[slip - 1].fields, file);
  }
  return new EcgFileError({ file }, 'holds no samples: expected a column of numbers per lead and a line per sample');
}

/** For a field that is no number. */
export function noNumber(field: string, name: string | undefined, place: FilePlace): EcgFileError {
  return new EcgFileError({ ...place, field: name && namedLead(name) }, `expected a number, found ${quote(field)}`);
}

function notNumeric({ fields, line }: Row, titles: string[] | undefined, file: string): EcgFileError {
  const column = Math.max(
    0,
    fields.findIndex((field) => !/^[+-]?[\d.,]+$/.test(field)),
  );
  return noNumber(fields[column], titles && parseTitle(titles[column]).name, { file, line });
}

function rowsOf(lines: HeadLine[], delimiter: Delimiter): Row[] {
  return lines.map(({ text, line }) => ({ fields: withoutTail(tryFields(text, delimiter) ?? []), line }));
}

/** Without the empty field that a delimiter at the end of the line makes. */
function withoutTail(fields: string[]): string[] {
  return fields.length > 1 && fields.at(-1) === '' ? fields.slice(0, -1) : fields;
}

/** A unit for each column, below their names or instead of them, and none that is the name of a lead. */
function isUnitLine(fields: string[], titles: string[] | undefined): boolean {
  const units = fields.map(withoutBrackets);
  if (units.some((unit) => isLead(unit) || /^[+-]?\.?\d/.test(unit))) return false;
  if (!titles) return units.some(isVoltage) && units.every((unit) => isVoltage(unit) || secondsPer(unit) !== undefined);
  return units.some((unit) => isVoltage(unit)) || titles.some((title) => isLead(title) || isTime(parseTitle(title)));
}

function isLead(title: string): boolean {
  return canonicalLead(parseTitle(title).name) !== undefined;
}
