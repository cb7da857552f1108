import { isRate, RATE } from '../rate.ts';
import { quote, WfdbError } from './error.ts';
import { decimal, integer } from './fields.ts';
import type { WfdbHeader } from './header-types.ts';

const MONTHS = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];

type RecordLine = Pick<
  WfdbHeader,
  'recordName' | 'nSig' | 'fs' | 'counterFreq' | 'baseCounter' | 'sigLen' | 'baseTime' | 'baseDate' | 'warnings'
> & { nSeg?: number };

/**
 * The first line of a header that is no comment: `name[/segments] signals [fs[/counterFreq[(baseCounter)]] [length [time [date]]]]`,
 * https://physionet.org/physiotools/wag/header-5.htm. Throws WfdbError.
 */
export function parseRecordLine(text: string, file: string, line: number): RecordLine {
  const [name, nSig, fsField, sigLen, ...clock] = text.trim().split(/\s+/);
  const place = (field: string) => ({ file, line, field });

  // Early headers of the PhysioNet Challenge 2020 call the record by its signal file.
  const [, recordName, nSeg] = /^(.+?)(?:\.mat)?(?:\/(\d+))?$/.exec(name) ?? [];
  const result: RecordLine = {
    recordName,
    nSeg: nSeg === undefined ? undefined : integer(nSeg, place('number of segments'), 1),
    nSig: integer(nSig, place('number of signals'), 0),
    fs: 250,
    warnings: [],
  };
  if (fsField !== undefined) Object.assign(result, parseFrequencies(fsField, file, line));
  if (sigLen !== undefined) result.sigLen = integer(sigLen, place('number of samples'), 0);

  // The clock does not touch the samples, so what can't be understood is a warning. The PhysioNet Challenge 2020 wrote the date first.
  for (const token of clock) {
    const time = parseTime(token);
    const date = parseDate(token);
    if (time && !result.baseTime) result.baseTime = time;
    else if (date && !result.baseDate) result.baseDate = date;
    else
      result.warnings.push(`${file} line ${line}: ${quote(token)} is neither the base time nor the base date; ignored`);
  }
  return result;
}

function parseFrequencies(text: string, file: string, line: number): Partial<RecordLine> {
  const place = (field: string) => ({ file, line, field });
  const parts = /^([^/]*)(?:\/([^(]*)(?:\(([^)]*)\))?)?$/.exec(text);
  if (!parts) throw new WfdbError(place('sampling frequency'), `expected fs/counter(base), found ${quote(text)}`);
  const [, fsText, counterText, baseText] = parts;
  const fs = decimal(fsText, place('sampling frequency'));
  if (!isRate(fs)) throw new WfdbError(place('sampling frequency'), { expected: RATE, found: quote(fsText) });
  const counterFreq = counterText === undefined ? undefined : decimal(counterText, place('counter frequency'));
  return {
    fs,
    counterFreq: counterFreq !== undefined && counterFreq > 0 ? counterFreq : undefined, // header(5): otherwise it is fs
    baseCounter: baseText === undefined ? undefined : decimal(baseText, place('base counter value')),
  };
}

/** 'HH:MM:SS.fff', with or without leading zeros, to 'HH:MM:SS.fff'; without hours or minutes those are 0, as in the C library. */
function parseTime(text: string): string | undefined {
  const parts = /^(?:(?:(\d{1,2}):)?(\d{1,2}):)?(\d{1,2})(\.\d*)?$/.exec(text);
  if (!parts) return undefined;
  const [hours, minutes, seconds] = parts.slice(1, 4).map((part) => Number(part ?? 0));
  if (hours > 23 || minutes > 59 || seconds > 59) return undefined;
  const fraction = (parts[4] ?? '').replace(/\.?0*$/, '');
  return `${[hours, minutes, seconds].map(twoDigits).join(':')}${fraction}`;
}

/** 'DD/MM/YYYY', or the Challenge's 'DD-Mon-YYYY', to 'YYYY-MM-DD'. */
function parseDate(text: string): string | undefined {
  const parts = /^(\d{1,2})\/(\d{1,2})\/(\d{4})$/.exec(text) ?? /^(\d{1,2})-([A-Za-z]{3})-(\d{4})$/.exec(text);
  if (!parts) return undefined;
  const month = /^\d/.test(parts[2]) ? Number(parts[2]) : MONTHS.indexOf(parts[2].toLowerCase()) + 1;
  const iso = `${parts[3]}-${twoDigits(month)}-${twoDigits(Number(parts[1]))}`;
  const date = new Date(`${iso}T00:00:00Z`);
  return Number.isNaN(date.getTime()) || date.toISOString().slice(0, 10) !== iso ? undefined : iso; // 31/02 does not exist
}

function twoDigits(value: number): string {
  return String(value).padStart(2, '0');
}
