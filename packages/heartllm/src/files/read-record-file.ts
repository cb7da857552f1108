import { existsSync, statSync } from 'node:fs';
import { basename, dirname } from 'node:path';
import { type EcgRecord, readCsv, readEdf, readHeader, readRecord } from '@heartllm/ecg-io';
import { folderSource } from '@heartllm/ecg-io/node';
import { isExam, readExam } from './read-exam.ts';

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

/**
 * Reads what a path names: a WFDB record by its header, with or without suffix, an EDF, BDF or CSV file by its suffix, or an exam in an HDF5
 * file, `exams.hdf5#358121`.
 *
 * @param seconds of a longer WFDB record only the beginning is read; by default all of it
 * @throws Error for a folder, or a kind of file that is not read here; what the readers throw
 */
export async function readRecordFile(path: string, seconds = Number.POSITIVE_INFINITY): Promise<RecordFile> {
  const record = recordPath(path);
  const [source, name] = [folderSource(dirname(path)), basename(record)];
  if (/\.(edf|bdf|csv|tsv)$/i.test(path)) {
    const ecg = await (/\.(edf|bdf)$/i.test(path) ? readEdf : readCsv)(source, name);
    return whole(ecg, record);
  }
  if (isExam(path)) return whole(await readExam(path), path);
  refuseOthers(path, `${record}.hea`);
  if (seconds === Number.POSITIVE_INFINITY) {
    return whole(await readRecord(source, name), record);
  }
  const { fs, sigLen } = await readHeader(source, name);
  const to = Math.ceil(seconds * fs) + 1;
  const ecg = await readRecord(source, name, sigLen && sigLen > to ? { to } : {});
  return { ecg, record, duration: (sigLen || ecg.samples) / fs };
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
  if (/\.np[yz]$/i.test(path)) {
    throw new Error(
      `${name}: NumPy files tell no sampling rate; read them in a program with readNpy of @heartllm/ecg-io`,
    );
  }
  if (existsSync(path)) {
    throw new Error(
      `${name}: expected a WFDB record with its header ${basename(header)}, or .edf, .bdf, .csv, .tsv, .hdf5, .h5`,
    );
  }
}
