import { leadNames } from '../array/axes.ts';
import { EcgFileError } from '../file-error.ts';
import { quote } from '../wfdb/error.ts';
import type { Columns } from './columns.ts';

/** The leads of a table, once all samples are there. */
interface ChosenLeads {
  names: string[];
  /** Where each is among the columns that may be leads. */
  places: number[];
  warnings: string[];
}

/** Two samples rise always. */
const ENOUGH_TO_TELL = 50;

/**
 * The leads asked for where they are among those that the file names, else all, with the names given or their own. Without names the first column
 * is the time, and no lead, if it rises evenly all along.
 *
 * @throws EcgFileError for a name that is there several times, and for another number of names than there are leads
 */
export function chooseLeads(
  { names, time }: Columns,
  signal: Float32Array[],
  wanted: readonly string[] | undefined,
  file: string,
): ChosenLeads {
  const found = names && wanted && find(names, wanted, file);
  if (found) return { names: found.map((lead) => names[lead]), places: found, warnings: [] };
  const isSpare = signal.length > 1 && (!wanted || wanted.length === signal.length - 1);
  const isTime = !names && time === undefined && isSpare && risesEvenly(signal[0]);
  const places = [...signal.keys()].slice(isTime ? 1 : 0);
  return {
    names: wanted || !names ? leadNames(wanted, places.length, { file }) : names,
    places,
    warnings: isTime ? [`${file}: the first column rises evenly: it is taken for the time, and for no lead`] : [],
  };
}

/** Undefined if one of those wanted is not there. */
function find(names: string[], wanted: readonly string[], file: string): number[] | undefined {
  const lower = names.map((name) => name.toLowerCase());
  const placesOf = (all: string[], name: string) => all.flatMap((other, i) => (other === name ? [i] : []));
  const found = wanted.map((name) => {
    const exact = placesOf(names, name);
    return exact.length > 0 ? exact : placesOf(lower, name.toLowerCase());
  });
  if (found.some((places) => places.length === 0)) return undefined;
  const twice = found.findIndex((places) => places.length > 1);
  if (twice < 0) return found.flat();
  const message = `lead ${quote(wanted[twice])} is there ${found[twice].length} times`;
  throw new EcgFileError({ file, field: 'leads' }, message);
}

function risesEvenly(values: Float32Array): boolean {
  const step = (values[values.length - 1] - values[0]) / (values.length - 1);
  const isEven = (value: number, i: number) => Math.abs(value - values[0] - i * step) < step;
  return values.length > ENOUGH_TO_TELL && step > 0 && values.every(isEven);
}
