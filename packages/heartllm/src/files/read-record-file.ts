import { existsSync, statSync } from 'node:fs';
import { basename, dirname } from 'node:path';
import { channelsFor, type EcgRecord, readHeader, readRecord } from '@heartllm/ecg-io';
import { folderSource } from '@heartllm/ecg-io/node';
import { plainFile, readPlainFile } from './read-plain-file.ts';

/** A record named on the command line. */
export interface RecordFile {
  ecg: EcgRecord;
  /** The path as given, without the suffix of a WFDB header. */
  record: string;
  /** Length of the whole record in seconds. */
  duration: number;
}

/** The path of a WFDB record as results name it: without the suffix of its header or signal file. */
export function recordPath(path: string): string {
  return path.replace(/\.(hea|dat|mat)$/i, '');
}

/** What the command line says about a record besides its path. */
export interface ReadRecordOptions {
  /** Of a longer WFDB record only the beginning is read; by default all of it. */
  seconds?: number;
  /** Samples per second, for a file that does not tell it: CSV, HDF5, NumPy. */
  fs?: number | undefined;
  /** Leads that matter, by default all: a WFDB signal that they do not need may be left out. */
  leads?: readonly string[];
}

/**
 * Reads what a path names: a WFDB record by its header, with or without suffix, or a file of another format by its suffix, see
 * {@link plainFile}.
 *
 * @throws Error for a folder, another kind of file, and `fs` for a file that tells its rate; what the readers throw
 */
export async function readRecordFile(path: string, options: ReadRecordOptions = {}): Promise<RecordFile> {
  const { seconds = Number.POSITIVE_INFINITY, fs, leads } = options;
  const channels = leads && channelsFor(leads);
  const plain = plainFile(path);
  if (plain) return whole(await readPlainFile(plain, fs), path);
  const record = recordPath(path);
  const [source, name] = [folderSource(dirname(path)), basename(record)];
  refuseOthers(path, `${record}.hea`);
  if (fs !== undefined) throw new Error(`${name}: a WFDB record tells its sampling rate itself, without --fs`);
  if (seconds === Number.POSITIVE_INFINITY) return whole(await readRecord(source, name, { channels }), record);
  const header = await readHeader(source, name);
  const to = Math.ceil(seconds * header.fs) + 1;
  const ecg = await readRecord(source, name, { channels, ...(header.sigLen && header.sigLen > to && { to }) });
  return { ecg, record, duration: (header.sigLen || ecg.samples) / header.fs };
}

function whole(ecg: EcgRecord, record: string): RecordFile {
  return { ecg, record, duration: ecg.samples / ecg.fs };
}

/** What is easily taken for a record gets a better answer than that its header is missing. */
function refuseOthers(path: string, header: string): void {
  if (existsSync(header)) return;
  const name = basename(path);
  if (existsSync(path) && statSync(path).isDirectory()) {
    throw new Error(`${name}: expected a record, found a folder; name a record in it, FOLDER/RECORD`);
  }
  if (existsSync(path)) {
    throw new Error(
      `${name}: expected a WFDB record with its header ${basename(header)}, or .edf, .bdf, .csv, .tsv, .hdf5, .h5, .npy, .npz`,
    );
  }
}
