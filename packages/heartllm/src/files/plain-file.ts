import type { FileKind } from './file-options.ts';

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
