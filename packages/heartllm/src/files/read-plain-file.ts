import { basename, dirname } from 'node:path';
import { type EcgRecord, openHdf5, readCsv, readEdf, readNpy, readNpz, type Source } from '@heartllm/ecg-io';
import { folderSource } from '@heartllm/ecg-io/node';

/** A file of another format than WFDB, as a path names it: `ecg.csv`, `exams.hdf5#358121`, `exams.npy#2`. */
export interface PlainFile {
  path: string;
  kind: 'edf' | 'csv' | 'hdf5' | 'npy' | 'npz';
  /** Behind `#`: an exam's id in HDF5, its index in .npy, an array's name in .npz. */
  part?: string;
}

const WHOLE = /\.(?:(?<edf>edf|bdf)|(?<csv>csv|tsv))$/i;
const OF_SEVERAL = /^(?<path>.+\.(?:(?<hdf5>hdf5|h5)|(?<npy>npy)|(?<npz>npz)))(?:#(?<part>.+))?$/i;
/** Ids that are told where none was named. */
const TOLD = 3;

/** What a path names by its suffix; undefined for a WFDB record. */
export function plainFile(named: string): PlainFile | undefined {
  const { path = named, part, ...suffixes } = (WHOLE.exec(named) ?? OF_SEVERAL.exec(named))?.groups ?? {};
  const kind = Object.keys(suffixes).find((name) => suffixes[name] !== undefined) as PlainFile['kind'] | undefined;
  return kind && { path, kind, ...(part !== undefined && { part }) };
}

/**
 * Reads the file's ECG, whole.
 *
 * @param fs samples per second, for a file that does not tell it; of HDF5 by default CODE's 400
 * @throws Error where `fs` is missing, or given for a file that tells it, or one of several exams must be named; EcgFileError as the readers do
 */
export async function readPlainFile({ path, kind, part }: PlainFile, fs?: number): Promise<EcgRecord> {
  const [source, name] = [folderSource(dirname(path)), basename(path)];
  const rate = fs === undefined ? {} : { fs };
  if (kind === 'edf') {
    if (fs !== undefined) throw new Error(`${name}: tells its sampling rate itself, without --fs`);
    return readEdf(source, name);
  }
  if (kind === 'csv') return readCsv(source, name, rate).catch((error) => advise(error, path));
  if (kind === 'hdf5') return readExam(source, path, part, rate);
  if (fs === undefined) throw new Error(`${name}: NumPy files tell no sampling rate: give --fs`);
  if (kind === 'npz') return readNpz(source, name, { fs, ...(part !== undefined && { array: part }) });
  return readNpy(source, name, { fs, ...(part !== undefined && { index: Number(part) }) }).catch((error) =>
    advise(error, path),
  );
}

/** The reader's advice, as the command line has it. */
function advise(error: Error, path: string): never {
  const message = error.message
    .replace(/: give fs.*$/, ': give --fs')
    .replace(/: say which to read$/, `; name one: '${path}#0'`);
  throw message === error.message ? error : new Error(message, { cause: error });
}

/** An exam in CODE's layout, without the zeros that it is filled up with. */
async function readExam(
  source: Source,
  path: string,
  id: string | undefined,
  rate: { fs?: number },
): Promise<EcgRecord> {
  const exams = await openHdf5(source, basename(path), { padding: 'trim', ...rate });
  try {
    if (id !== undefined) return await exams.byId(id);
    if (exams.length === 1) return await exams.record(0);
    const ids = await Promise.all(Array.from({ length: Math.min(TOLD, exams.length) }, (_, index) => exams.id(index)));
    const more = exams.length > ids.length ? ', ...' : '';
    throw new Error(
      `${basename(path)}: ${exams.length} exams (${ids.join(', ')}${more}); name one: '${path}#${ids[0]}'`,
    );
  } finally {
    await exams.close();
  }
}
