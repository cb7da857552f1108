import { blobSource, type EcgRecord, httpSource, openHdf5, readCsv, readEdf, readRecord } from '@heartllm/ecg-io';
import type { Files, Found, ReadInput } from './protocol.ts';

const FORMATS: [Found['format'], RegExp][] = [
  ['wfdb', /\.hea$/i],
  ['hdf5', /\.(h5|hdf5|hdf)$/i],
  ['csv', /\.(csv|tsv|txt)$/i],
  ['edf', /\.(edf|bdf)$/i],
];

/**
 * The recordings among files, by their names; HDF5 files are opened to see how many exams they hold.
 *
 * @throws Error where there is none, which says what is missing
 */
export async function find(files: Files): Promise<Found[]> {
  const found: Found[] = [];
  for (const path of Object.keys(files).sort()) {
    const format = FORMATS.find(([, suffix]) => suffix.test(path))?.[0];
    if (format) found.push({ path, format, count: format === 'hdf5' ? await countExams(files, path) : 1 });
  }
  const paths = Object.keys(files);
  if (!found.length) throw new Error(nothingFound(paths));
  if (paths.every((path) => /\.hea$/i.test(path))) {
    throw new Error(`${paths[0]}: the file with its signal is missing; give both files together`);
  }
  return found;
}

/** Reads one recording whole; what the readers say is said in the words of the page. */
export async function read(input: ReadInput): Promise<EcgRecord> {
  try {
    const record = await readWhole(input);
    return { ...record, meta: { ...record.meta, warnings: record.meta.warnings.map(advice) } };
  } catch (error) {
    if (error instanceof Error) error.message = advice(error.message);
    throw error;
  }
}

function advice(message: string): string {
  return message
    .replace(/: give fs(, or time with .*)?$/, ': give the samples per second')
    .replace(/: give units$/, ': choose the unit');
}

async function readWhole({ from, path, format, index, fs, units }: ReadInput): Promise<EcgRecord> {
  const source = typeof from === 'string' ? httpSource(from) : blobSource(from);
  if (format === 'csv') return readCsv(source, path, { fs, units });
  if (format === 'edf') return readEdf(source, path, { units });
  if (format === 'wfdb') return readRecord(source, path);
  const exams = await openHdf5(source, path, { padding: 'trim', fs, units });
  try {
    return await exams.record(index);
  } finally {
    await exams.close();
  }
}

async function countExams(files: Files, path: string): Promise<number> {
  const exams = await openHdf5(blobSource(files), path);
  await exams.close();
  return exams.length;
}

function nothingFound(paths: string[]): string {
  const signals = paths.find((path) => /\.(dat|mat)$/i.test(path));
  if (signals) {
    const header = signals.replace(/\.\w+$/, '.hea');
    return `${signals}: its header ${header} is missing; give both files together`;
  }
  const names = paths.length > 3 ? `${paths.slice(0, 3).join(', ')} and ${paths.length - 3} more` : paths.join(', ');
  return `${names || 'nothing'}: no recording in a format that is read here: WFDB (.hea with .dat or .mat), HDF5, EDF, tables (.csv, .tsv, .txt)`;
}
