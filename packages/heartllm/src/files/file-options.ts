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
