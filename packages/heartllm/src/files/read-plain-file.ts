import { basename, dirname } from 'node:path';
import { crop, type EcgRecord, openHdf5, readCsv, readEdf, readNpy, readNpz, type Source } from '@heartllm/ecg-io';
import { folderSource } from '@heartllm/ecg-io/node';
import type { PlainFile } from './file-options.ts';
import { channelsOf, type FileOptions, framesOf, inSeconds } from './file-options.ts';

/** Ids that are told where none was named. */
const TOLD = 3;

/**
 * Reads the file's ECG, or the part of it that is asked for.
 *
 * @throws Error where the rate is missing, or one of several exams must be named; EcgFileError as the readers do
 */
export async function readPlainFile(plain: PlainFile, options: FileOptions): Promise<EcgRecord> {
  const { path, kind } = plain;
  const [source, file] = [folderSource(dirname(path)), basename(path)];
  if (kind === 'edf') return readEdfPart(source, file, options);
  const whole = await readWhole(source, file, plain, options);
  const { from, to } = framesOf(options, whole.fs, whole.samples, file);
  return crop(whole, from, to);
}

/** Recordings of a day do not fit into the memory as a whole. */
async function readEdfPart(source: Source, file: string, { leads, units, from, to }: FileOptions): Promise<EcgRecord> {
  const channels = channelsOf(leads);
  if (from === undefined && to === undefined) return readEdf(source, file, { channels, units });
  const { fs } = await readEdf(source, file, { channels, to: 0 });
  const frames = (seconds: number | undefined) => (seconds === undefined ? undefined : Math.round(seconds * fs));
  return readEdf(source, file, { channels, units, from: frames(from), to: frames(to) }).catch((error) => {
    throw inSeconds(error, fs);
  });
}

function readWhole(source: Source, file: string, plain: PlainFile, options: FileOptions): Promise<EcgRecord> {
  const { kind, name, index } = plain;
  const { fs, units, leads, axes, gain, time, delimiter } = options;
  const numbers = { units, leads, scale: gain === undefined ? undefined : 1 / gain };
  if (kind === 'csv') {
    const column = time !== undefined && /^\d+$/.test(time) ? Number(time) : time;
    return readCsv(source, file, { ...numbers, fs, time: column, delimiter });
  }
  if (kind === 'hdf5') return readExam(source, plain, { ...numbers, fs, axes, ...datasets(options) });
  if (fs === undefined) throw new Error(`${file}: NumPy files tell no sampling rate: give --fs`);
  const array = { ...numbers, fs, axes, index };
  return kind === 'npz' ? readNpz(source, file, { ...array, array: name }) : readNpy(source, file, array);
}

function datasets({ tracings, ids }: FileOptions) {
  return { tracings, ids: ids === 'none' ? null : ids };
}

/** An exam, by default in CODE's layout, without the zeros that it is filled up with. */
async function readExam(
  source: Source,
  { path, name, index }: PlainFile,
  layout: Parameters<typeof openHdf5>[2],
): Promise<EcgRecord> {
  const exams = await openHdf5(source, basename(path), { padding: 'trim', ...layout });
  try {
    if (index !== undefined) return await exams.record(index);
    if (name !== undefined) return await exams.byId(name);
    if (exams.length === 1) return await exams.record(0);
    const ids = await Promise.all(Array.from({ length: Math.min(TOLD, exams.length) }, (_, i) => exams.id(i)));
    const more = exams.length > ids.length ? ', ...' : '';
    throw new Error(
      `${basename(path)}: ${exams.length} exams (${ids.join(', ')}${more}); name one: '${path}#${ids[0]}'`,
    );
  } finally {
    await exams.close();
  }
}
