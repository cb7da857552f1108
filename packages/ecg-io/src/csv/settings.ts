import { canonicalUnit } from '../units.ts';
import { isVoltage, withoutBrackets } from './title.ts';

/** Longer lines say neither unit nor rate; the patterns below need a bound. */
const LONGEST = 200;
/** 'Units: uV', 'unit,µV', 'units uV' */
const UNITS = /^"?units?"?(\s*[:=,;\t]\s*|\s+)"?([^"]+)"?$/i;
/** 'Sampling rate: 500 Hz', 'fs = 500', 'Sample Rate,512 hertz' */
const RATE =
  /^"?(?:sampl\w*[\s_-]*(?:rate|freq\w*)|fs)"?\s*(?:[([]\s*hz\s*[)\]]\s*)?[:=,;\t]\s*"?(\d+(?:[.,]\d+)?)\s*(?:hz|hertz)?"?$/i;

/** What a line above the samples, comment or not, says about all of them. */
export interface Settings {
  /** One for all, or one for each column. */
  units?: string[];
  /** Samples per second. */
  fs?: number;
}

/** What the line says, undefined for any other line. */
export function parseSettings(text: string): Settings | undefined {
  if (text.length > LONGEST) return undefined;
  const rate = RATE.exec(text)?.[1];
  if (rate !== undefined) return { fs: Number(rate.replace(',', '.')) };
  const [, between, after] = UNITS.exec(text) ?? [];
  if (after === undefined) return undefined;
  const units = isVoltage(after)
    ? [after]
    : after
        .trim()
        .split(/\s*[,;\t]\s*|\s+/)
        .map(withoutBrackets);
  if (!between.trim() && !units.every(isVoltage)) return undefined; // 'units of the recorder'
  return { units: new Set(units.map(canonicalUnit)).size === 1 ? [units[0]] : units };
}
