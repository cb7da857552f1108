import { existsSync, statSync } from 'node:fs';
import { basename, dirname } from 'node:path';
import { channelsFor, crop, type EcgRecord, readHeader, readRecord } from '@heartllm/ecg-io';
import { folderSource } from '@heartllm/ecg-io/node';
import { advice, channelsOf, checkOptions, type FileOptions, framesOf, plainFile } from './file-options.ts';
import { readPlainFile } from './read-plain-file.ts';

/** A record named on the command line. */
export interface RecordFile {
  ecg: EcgRecord;
  /** The path as given, without the suffix of a WFDB header. */
  record: string;
  /** Length in seconds of the record, or of the part of it that was asked for. */
  duration: number;
}

/** The path of a WFDB record as results name it: without the suffix of its header or signal file. */
export function recordPath(path: string): string {
  return path.replace(/\.(hea|dat|mat)$/i, '');
}

/** What the command line says about a record besides its path. */
export interface ReadRecordOptions extends FileOptions {
  /** Of a longer WFDB record only the beginning is read; by default all of it. */
  seconds?: number;
  /** Leads that matter, by default all: a WFDB signal that they do not need may be left out. */
  wanted?: readonly string[];
}

/**
 * Reads what a path names: a WFDB record by its header, with or without suffix, or a file of another format by its suffix, see
 * {@link plainFile}.
 *
 * @throws Error for a folder, another kind of file, and an option that the file has no use for; what the readers throw
 */
export async function readRecordFile(path: string, options: ReadRecordOptions = {}): Promise<RecordFile> {
  const plain = plainFile(path);
  const file = plain?.path ?? recordPath(path);
  if (!plain) refuseOthers(path, `${file}.hea`);
  checkOptions(basename(file), plain?.kind ?? 'wfdb', options);
  const named = plain?.kind === 'npz' && plain.name ? `${file}#${plain.name}` : file;
  try {
    const read = plain ? whole(await readPlainFile(plain, options), path) : await readWfdb(file, options);
    const { ecg } = read;
    const warnings = ecg.meta.warnings.map((warning) => advice(warning, named));
    return { ...read, ecg: { ...ecg, meta: { ...ecg.meta, warnings } } };
  } catch (error) {
    if (error instanceof Error) error.message = advice(error.message, named);
    throw error;
  }
}

async function readWfdb(record: string, options: ReadRecordOptions): Promise<RecordFile> {
  const { seconds = Number.POSITIVE_INFINITY, wanted, leads, from, to } = options;
  const [source, name] = [folderSource(dirname(record)), basename(record)];
  const channels = channelsOf(leads) ?? (wanted && channelsFor(wanted));
  if (from === undefined && to === undefined && seconds === Number.POSITIVE_INFINITY) {
    return whole(await readRecord(source, name, { channels }), record);
  }
  const { fs, sigLen } = await readHeader(source, name);
  if (!sigLen) {
    const ecg = await readRecord(source, name, { channels }); // as long as its files are
    const frames = framesOf(options, ecg.fs, ecg.samples, name);
    return whole(crop(ecg, frames.from, frames.to), record);
  }
  const frames = framesOf(options, fs, sigLen, name);
  const end = Math.min(frames.to, frames.from + Math.ceil(seconds * fs) + 1);
  const ecg = await readRecord(source, name, { channels, from: frames.from, to: end });
  return { ecg, record, duration: (frames.to - frames.from) / fs };
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
    const suffixes = '.edf, .bdf, .csv, .tsv, .txt, .hdf5, .h5, .npy, .npz';
    throw new Error(`${name}: expected a WFDB record with its header ${basename(header)}, or ${suffixes}`);
  }
}
