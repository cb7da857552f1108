import { canonicalUnit } from '../units.ts';

/** The name of a column, and its unit where it has one. */
export interface Title {
  name: string;
  unit?: string;
}

const TIME = /^(?:(?:elapsed)?[ _]?times?(?:stamps?)?|t|s|sec|secs|seconds?|ms|milliseconds?)$/i;
const INDEX = /^(?:|samples?[ _]?(?:#|number|index|no\.?)?|index|idx|unnamed: 0)$/i;
const SECONDS: Record<string, number | undefined> = {
  s: 1,
  sec: 1,
  secs: 1,
  second: 1,
  seconds: 1,
  ms: 1e-3,
  msec: 1e-3,
  millisecond: 1e-3,
  milliseconds: 1e-3,
  us: 1e-6,
  µs: 1e-6,
  μs: 1e-6,
};

/** No column has a longer name; the patterns below take quadratic time. */
const LONGEST = 200;

export const isTime = ({ name }: Title) => TIME.test(name);
/** Numbers samples, or has no name. */
export const isIndex = ({ name }: Title) => INDEX.test(name);

/** A unit of time in seconds, undefined for what is none. */
export function secondsPer(unit: string): number | undefined {
  return SECONDS[unit.trim().toLowerCase()];
}

/** A unit of voltage that nothing else is called; V could also be a lead. */
export function isVoltage(unit: string): boolean {
  return ['nV', 'uV', 'mV'].includes(canonicalUnit(unit));
}

/** 'V1 (mV)', 'V1 [mV]' and 'V1_mV' are V1 in mV, 'time_ms' is the time in milliseconds. */
export function parseTitle(title: string): Title {
  if (title.length > LONGEST) return { name: title };
  const bracketed = /^(.*?)\s*(?:\(([^()]+)\)|\[([^[\]]+)\]|\{([^{}]+)\})$/.exec(title);
  if (bracketed) return { name: bracketed[1], unit: bracketed.slice(2).find((unit) => unit !== undefined) };
  const [, name, unit] = /^(.*[^\s_/.,:-])[\s_/.,:-]+(\S+)$/.exec(title) ?? [];
  const belongs = unit !== undefined && (isVoltage(unit) || (secondsPer(unit) !== undefined && isTime({ name })));
  return belongs ? { name, unit } : { name: title };
}

/** '[uV]' and '(uV)' are uV. */
export function withoutBrackets(unit: string): string {
  return /^[([{]\s*(.*?)\s*[)\]}]$/.exec(unit)?.[1] ?? unit;
}
