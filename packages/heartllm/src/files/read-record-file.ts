import { basename, dirname } from 'node:path';
import { type EcgRecord, readCsv, readEdf, readHeader, readRecord } from '@heartllm/ecg-io';
import { folderSource } from '@heartllm/ecg-io/node';

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
  return path.replace(/\.(hea|dat)$/i, '');
}

/**
 * Reads what a path names: a WFDB record by its header, with or without suffix, or an EDF, BDF or CSV file by its suffix.
 *
 * @param seconds of a longer WFDB record only the beginning is read; by default all of it
 */
export async function readRecordFile(path: string, seconds = Number.POSITIVE_INFINITY): Promise<RecordFile> {
  const record = recordPath(path);
  const [source, name] = [folderSource(dirname(path)), basename(record)];
  if (/\.(edf|bdf|csv|tsv)$/i.test(path)) {
    const ecg = await (/\.(edf|bdf)$/i.test(path) ? readEdf : readCsv)(source, name);
    return { ecg, record, duration: ecg.samples / ecg.fs };
  }
  if (seconds === Number.POSITIVE_INFINITY) {
    const ecg = await readRecord(source, name);
    return { ecg, record, duration: ecg.samples / ecg.fs };
  }
  const { fs, sigLen } = await readHeader(source, name);
  const to = Math.ceil(seconds * fs) + 1;
  const ecg = await readRecord(source, name, sigLen && sigLen > to ? { to } : {});
  return { ecg, record, duration: (sigLen || ecg.samples) / fs };
}
