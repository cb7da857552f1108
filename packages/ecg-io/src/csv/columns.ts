import { leadNames } from '../array/axes.ts';
import { EcgFileError, type FilePlace } from '../file-error.ts';
import { quote } from '../wfdb/error.ts';
import { type Delimiter, parseNumber } from './fields.ts';

/** What the columns of a file hold. */
export interface Columns {
  count: number;
  /** Of the leads, by column. */
  leads: number[];
  names: string[];
  units: string[];
  /** The column with the time, and its unit in seconds. */
  time?: number;
  timeUnit: number;
}

interface ColumnOptions {
  fs?: number;
  leads?: readonly string[];
  units?: string;
  time?: string | number;
}

const TIME = /^(?:(?:elapsed)?[ _]?times?(?:stamps?)?|t|s|sec|secs|seconds?|ms|milliseconds?)$/i;
const INDEX = /^(?:|samples?[ _]?(?:#|number|index|no\.?)?|index|idx|unnamed: 0)$/i;
const SECONDS: Record<string, number | undefined> = {
  ms: 1e-3,
  milliseconds: 1e-3,
  millisecond: 1e-3,
  us: 1e-6,
  µs: 1e-6,
  μs: 1e-6,
};

/** Whether a first line names columns: it has words, or is 0, 1, 2 and so on, as pandas numbers columns that have no names. */
export function isHeader(fields: string[], delimiter: Delimiter): boolean {
  return fields.some((field) => parseTime(field, delimiter) === undefined) || isNumbered(fields);
}

function isNumbered(fields: string[]): boolean {
  const named = fields[0] === '' ? fields.slice(1) : fields;
  return named.length > 1 && named.every((field, i) => field === String(i));
}

/** Whether the line behind a header gives units, as in PhysioNet's CSV: words, none of which begins like a number. */
export function isUnitLine(fields: string[], delimiter: Delimiter): boolean {
  return fields.every((field) => parseTime(field, delimiter) === undefined && !/^[\d.+-]/.test(field));
}

/** Seconds, or hours, minutes and seconds with colons; undefined for anything else. */
export function parseTime(field: string, delimiter: Delimiter): number | undefined {
  const clock = /^(?:(\d+):)?(\d+):(\d+(?:[.,]\d*)?)$/.exec(field);
  if (!clock) return parseNumber(field, delimiter);
  const [, hours = '0', minutes, seconds] = clock;
  return Number(hours) * 3600 + Number(minutes) * 60 + Number(seconds.replace(',', '.'));
}

/**
 * Tells from the header, if there is one, which columns are leads. A column called time, t, seconds or alike has the time, one called
 * sample, index or nothing is left out. Without a header the first column has the time if `fs` is not given.
 *
 * @throws EcgFileError if there is no lead, or the names given do not fit
 */
export function planColumns(
  count: number,
  header: string[] | undefined,
  unitLine: string[] | undefined,
  options: ColumnOptions,
  place: FilePlace,
): Columns {
  const titles = header?.map(parseTitle);
  const time = timeColumn(titles, count, options, place);
  const numbered = header !== undefined && isNumbered(header);
  const isLead = (column: number) => column !== time && !(titles && INDEX.test(titles[column].name));
  const leads = Array.from({ length: count }, (_, column) => column).filter(isLead);
  if (leads.length === 0) throw new EcgFileError(place, `none of the ${count} columns holds a lead`);
  const named = titles && !numbered ? leads.map((column) => titles[column].name) : undefined;
  const unit = (column: number) => options.units ?? titles?.[column].unit ?? unitLine?.[column] ?? 'mV';
  const timeTitle = time === undefined ? undefined : titles?.[time];
  const timeUnit = (timeTitle?.unit ?? unitLine?.[time ?? -1] ?? timeTitle?.name ?? 's').toLowerCase();
  return {
    count,
    leads,
    names: options.leads
      ? leadNames(options.leads, leads.length, place)
      : (named ?? leadNames(undefined, leads.length, place)),
    units: leads.map(unit),
    time,
    timeUnit: SECONDS[timeUnit] ?? 1,
  };
}

type Title = { name: string; unit?: string };

/** 'V1 (mV)' and 'V1 [mV]' are V1 in mV. */
function parseTitle(title: string): Title {
  const parts = /^(.*?)\s*(?:\(([^()]+)\)|\[([^[\]]+)\])$/.exec(title);
  return parts ? { name: parts[1], unit: parts[2] ?? parts[3] } : { name: title };
}

function timeColumn(
  titles: Title[] | undefined,
  count: number,
  options: ColumnOptions,
  place: FilePlace,
): number | undefined {
  const { time, fs } = options;
  if (time === undefined) {
    const found = titles ? titles.findIndex(({ name }) => TIME.test(name)) : fs === undefined ? 0 : -1;
    return found < 0 ? undefined : found;
  }
  const column = typeof time === 'number' ? time : (titles ?? []).findIndex(({ name }) => name === time);
  if (Number.isInteger(column) && column >= 0 && column < count) return column;
  const found = typeof time === 'number' ? String(time) : quote(time);
  throw new EcgFileError(
    { ...place, field: 'time' },
    `no column ${found} among ${titles?.map(({ name }) => quote(name)).join(', ') ?? count}`,
  );
}
