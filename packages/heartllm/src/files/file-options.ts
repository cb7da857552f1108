import type { Axis, CsvOptions } from '@heartllm/ecg-io';

/** What the command line says about a recording that its file may not say itself, and which part of it is wanted. */
export interface FileOptions {
  /** Samples per second. */
  fs?: number;
  /** Unit of the leads, once divided by the gain. */
  units?: string;
  /** Numbers in the file per unit. */
  gain?: number;
  /** The signals to read, by name, in WFDB and EDF also by index; of a file without names those of all its leads, in its order. */
  leads?: string[];
  /** First second wanted, 0 by default. */
  from?: number;
  /** The second that is no longer wanted, the end by default. */
  to?: number;
  /** Column with the time, by name or index. */
  time?: string;
  delimiter?: CsvOptions['delimiter'];
  /** What the axes of an array are. */
  axes?: Axis[];
  /** Path of the dataset with the signals. */
  tracings?: string;
  /** Path of the dataset with the exams' ids, or 'none'. */
  ids?: string;
}

/** A kind of file, and the options that it has a use for. */
export type FileKind = 'wfdb' | 'edf' | 'csv' | 'hdf5' | 'npy' | 'npz';

const ALL: (keyof FileOptions)[] = ['leads', 'from', 'to'];
const NUMBERS: (keyof FileOptions)[] = [...ALL, 'fs', 'units', 'gain'];
const USED: Record<FileKind, { name: string; options: (keyof FileOptions)[] }> = {
  wfdb: { name: 'a WFDB record', options: ALL },
  edf: { name: 'an EDF file', options: [...ALL, 'units'] },
  csv: { name: 'a table', options: [...NUMBERS, 'time', 'delimiter'] },
  hdf5: { name: 'an HDF5 file', options: [...NUMBERS, 'axes', 'tracings', 'ids'] },
  npy: { name: 'a NumPy file', options: [...NUMBERS, 'axes'] },
  npz: { name: 'a NumPy file', options: [...NUMBERS, 'axes'] },
};
const TOLD: Partial<Record<keyof FileOptions, string>> = { fs: 'sampling rate', units: 'units', gain: 'gain' };

/** Names of all options, as a command has them. */
export const FILE_OPTIONS = [...new Set(Object.values(USED).flatMap(({ options }) => options))];

/** Those of the options that were given. */
export function givenOptions(options: FileOptions): (keyof FileOptions)[] {
  return FILE_OPTIONS.filter((option) => options[option] !== undefined);
}

/** @throws Error for an option that the file has no use for */
export function checkOptions(file: string, kind: FileKind, options: FileOptions): void {
  const { name, options: used } = USED[kind];
  const idle = givenOptions(options).find((option) => !used.includes(option));
  if (idle === undefined) return;
  const told = TOLD[idle];
  throw new Error(`${file}: ${name} ${told ? `tells its ${told} itself, without` : 'has no use for'} --${idle}`);
}

/** Leads as the readers of WFDB and EDF choose them: what is a number is an index. */
export function channelsOf(leads: string[] | undefined): (string | number)[] | undefined {
  return leads?.map((lead) => (/^\d+$/.test(lead) ? Number(lead) : lead));
}

/**
 * A reader's words as the command line has them: its options, and its spelling of a part of a file.
 *
 * @param path as the command line has it, without the index of an exam
 */
export function advice(message: string, path: string): string {
  return message
    .replace(/\bgive (fs|units|delimiter)\b/g, 'give --$1')
    .replace(', or time with the name', ', or --time with the name')
    .replace(/say what the axes are: axes: \[.*\]$/, 'say what the axes are: --axes sample,lead')
    .replace(/say which to read$/, `name one: '${path}${path.includes('#') ? '' : '#'}#0'`)
    .replace(/(exam .*) ask for it by index: (\d+)/, `$1 name one by index, as in '${path}##$2': $2`)
    .replace(/has no dataset "tracings";/, 'has no dataset "tracings" (--tracings names another);')
    .replace('say which array to read;', `name one, as in '${path}#NAME';`);
}

/** A file of another format than WFDB, as a path names it: `ecg.csv`, `exams.hdf5#358121`, `exams.npy#2`, `ecgs.npz#x_test#7`. */
export interface PlainFile {
  path: string;
  kind: Exclude<FileKind, 'wfdb'>;
  /** Behind the first `#`: an exam's id in HDF5, an array's name in .npz. */
  name?: string;
  /** Behind the second `#`, and the first of .npy: an exam's index, from 0. */
  index?: number;
}

const WHOLE = /\.(?:(?<edf>edf|bdf)|(?<csv>csv|tsv|txt))$/i;
const OF_SEVERAL = /^(?<path>.+?\.(?:(?<hdf5>hdf5|h5)|(?<npy>npy)|(?<npz>npz)))(?:#(?<part>.*))?$/i;

/**
 * What a path names by its suffix; undefined for a WFDB record.
 *
 * @throws Error for an index that is none
 */
export function plainFile(named: string): PlainFile | undefined {
  const { path = named, part, ...suffixes } = (WHOLE.exec(named) ?? OF_SEVERAL.exec(named))?.groups ?? {};
  const kind = Object.keys(suffixes).find((name) => suffixes[name] !== undefined) as PlainFile['kind'] | undefined;
  if (!kind || !part) return kind && { path, kind };
  const [, name, index] = /^(.*?)(?:#([^#]*))?$/s.exec(kind === 'npy' && !part.startsWith('#') ? `#${part}` : part)!;
  if (index !== undefined && !/^\d+$/.test(index)) {
    throw new Error(`${path}: expected an index, a whole number from 0, found '${index}'`);
  }
  return { path, kind, ...(name && { name }), ...(index !== undefined && { index: Number(index) }) };
}

/**
 * The frames [from, to) of the seconds asked for.
 *
 * @param total frames in the file
 * @throws Error for seconds that it does not have
 */
export function framesOf({ from = 0, to }: FileOptions, fs: number, total: number, file: string) {
  const [first, last] = [Math.round(from * fs), to === undefined ? total : Math.round(to * fs)];
  const end = Number((total / fs).toFixed(3));
  if (from < 0 || first > total) throw new Error(`${file}, from: expected 0 to ${end} s, found ${from}`);
  if (last < first || last > total) throw new Error(`${file}, to: expected ${from} to ${end} s, found ${to}`);
  return { from: first, to: last };
}

/** A reader's error about frames in seconds, as they were asked for. */
export function inSeconds(error: Error, fs: number): Error {
  const [frames, ...found] = /a frame within (\d+)\.\.(\d+), found (-?\d+)/.exec(error.message) ?? [];
  if (frames === undefined) return error;
  const [from, to, asked] = found.map((frame) => Number((Number(frame) / fs).toFixed(3)));
  error.message = error.message.replace(frames, `${from} to ${to} s, found ${asked}`);
  return error;
}
