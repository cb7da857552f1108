import { EcgFileError, type FilePlace } from '../file-error.ts';
import { quote } from '../wfdb/error.ts';
import type { Head } from './head.ts';
import type { Settings } from './settings.ts';
import { isIndex, isTime, parseTitle, secondsPer, type Title } from './title.ts';

/** What the columns of a file hold. */
export interface Columns {
  count: number;
  /** Of the leads, by column. */
  leads: number[];
  /** Of the leads, where the file has them. */
  names?: string[];
  /** Of the leads, undefined where the file names none. */
  units: (string | undefined)[];
  /** Whether the columns have names. */
  isNamed: boolean;
  /** The column with the time, and its unit in seconds. */
  time?: number;
  timeUnit: number;
}

interface ColumnOptions {
  fs?: number;
  units?: string;
  time?: string | number;
}

/** Whether the names are 0, 1, 2 and so on, as pandas numbers columns that have none. */
export function isNumbered(fields: string[]): boolean {
  const named = fields[0] === '' ? fields.slice(1) : fields;
  return named.length > 1 && named.every((field, i) => field === String(i));
}

/**
 * Tells from the head, if there is one, which columns are leads. A column called time, t, seconds or alike has the time, one called sample,
 * index or nothing is left out. Without names the first column has the time if the rate is not known.
 *
 * @throws EcgFileError if there is no lead, no such column as named, or a unit for another number of columns
 */
export function planColumns(
  count: number,
  head: Head,
  settings: Settings,
  options: ColumnOptions,
  place: FilePlace,
): Columns {
  const titles = head.titles?.map(parseTitle);
  const time = timeColumn(titles, count, { ...options, fs: options.fs ?? settings.fs }, place);
  const isLead = (column: number) => column !== time && !(titles && isIndex(titles[column]));
  const leads = Array.from({ length: count }, (_, column) => column).filter(isLead);
  if (leads.length === 0) throw new EcgFileError(place, `none of the ${count} columns holds a lead`);
  const stated = options.units ? [] : statedUnits(settings.units ?? [], count, leads, place);
  const own = (column: number) => titles?.[column].unit || head.units?.[column] || stated[column];
  const timeUnit = time === undefined ? undefined : (own(time) ?? titles?.[time].name);
  return {
    count,
    leads,
    ...(titles && !isNumbered(head.titles!) && { names: leads.map((column) => titles[column].name) }),
    units: leads.map((column) => options.units ?? own(column)),
    isNamed: titles !== undefined,
    ...(time !== undefined && { time }),
    timeUnit: secondsPer(timeUnit ?? 's') ?? 1,
  };
}

/** By column, from a line that gives one unit for all leads, or one for each lead or column. */
function statedUnits(units: string[], count: number, leads: number[], place: FilePlace): (string | undefined)[] {
  if (units.length === 0 || (units.length === count && count !== leads.length)) return units;
  const byColumn = new Array<string | undefined>(count);
  if (units.length !== 1 && units.length !== leads.length) {
    const message = `expected one unit, or one for each of the ${leads.length} leads, found ${units.length}`;
    throw new EcgFileError({ ...place, field: 'units' }, message);
  }
  for (const [i, column] of leads.entries()) byColumn[column] = units[i] ?? units[0];
  return byColumn;
}

function timeColumn(
  titles: Title[] | undefined,
  count: number,
  { time, fs }: ColumnOptions,
  place: FilePlace,
): number | undefined {
  if (time === undefined) {
    const found = titles ? titles.findIndex(isTime) : fs === undefined ? 0 : -1;
    return found < 0 ? undefined : found;
  }
  const named = (titles ?? []).flatMap(({ name }, i) => (name === time ? [i] : []));
  if (named.length > 1) {
    const message = `column ${quote(String(time))} is there ${named.length} times; name it by its number: ${named.join(', ')}`;
    throw new EcgFileError({ ...place, field: 'time' }, message);
  }
  const [column = -1] = typeof time === 'number' ? [time] : named;
  if (Number.isInteger(column) && column >= 0 && column < count) return column;
  const found = typeof time === 'number' ? String(time) : quote(time);
  throw new EcgFileError(
    { ...place, field: 'time' },
    `no column ${found} among ${titles?.map(({ name }) => quote(name)).join(', ') ?? count}`,
  );
}
