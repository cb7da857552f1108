import { assertSource, type Bytes, type Source } from '@heartllm/source';
import { type Axis, findAxes, leadNames } from '../array/axes.ts';
import { decodeNumbers } from '../array/numbers.ts';
import { checkScaling } from '../array/scaling.ts';
import { stridesOf, takeSignals } from '../array/signals.ts';
import { EcgFileError, type FilePlace } from '../file-error.ts';
import { plainRecord, recordName } from '../plain-record.ts';
import type { EcgRecord } from '../record.ts';
import { locateNpyHeader, NPY_PREAMBLE, type NpyHeader, parseNpyHeader } from './npy-header.ts';

/** What the numbers of an array mean, which a NumPy file does not say. */
export interface NumpyOptions {
  /** Samples per second. */
  fs: number;
  /** Names of the leads in the order of the array; by default, of twelve, I, II, III, AVR, AVL, AVF, V1 to V6, else 'lead 1' and so on. */
  leads?: readonly string[];
  /**
   * Unit of the signals once scaled; 'mV' by default, unless a value is beyond 20, which no ECG in mV has: then '', with a warning.
   */
  units?: string;
  /** Physical units per number in the file, 1 by default. */
  scale?: number;
  /** What the axes are. By default, of three, exams come first; of two, the one as long as `leads` (or 12) is the leads. */
  axes?: readonly Axis[];
  /** Which exam to read of an array of several, from 0. */
  index?: number;
}

/**
 * Reads an ECG from an .npy file (https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html): float16 to float64 and integers
 * of 8 to 64 bits, in C or Fortran order, [samples, leads] or [leads, samples], or one exam of several. Of an array of exams in C order
 * only the bytes of that exam are read.
 *
 * ```ts
 * const record = await readNpy(source, 'ecg.npy', { fs: 500 }); // an array of shape (5000, 12) or (12, 5000)
 * ```
 *
 * @param path inside the source, with its suffix
 * @returns float32, each number times `scale`; NaN and infinite numbers stay as they are
 * @throws EcgFileError if the file is no array of numbers, truncated, or does not fit the options; SourceError if it cannot be read
 */
export async function readNpy(source: Source, path: string, options: NumpyOptions): Promise<EcgRecord> {
  assertSource(source, 'readNpy');
  const size = await source.size(path);
  const bytes = { size, read: (start: number, end: number) => source.read(path, start, end) };
  return readArray(bytes, { file: path }, recordName(path), options);
}

/** Reads an array that lies in `bytes` as an .npy file does. */
export async function readArray(
  bytes: Bytes,
  place: FilePlace,
  name: string,
  options: NumpyOptions,
): Promise<EcgRecord> {
  const { fs, units, scale = 1, index } = options;
  checkScaling(place.file, { fs: Number(fs), scale }); // a caller without types may leave fs out
  const header = await readNpyHeader(bytes, place);
  const { shape, type, fortranOrder, dataOffset } = header;
  const axes = findAxes(shape, options.axes, options.leads?.length, place);
  const exams = axes.exam === undefined ? 1 : shape[axes.exam];
  if (index === undefined && axes.exam !== undefined) {
    throw new EcgFileError({ ...place, field: 'index' }, `the array holds ${exams} exams: say which to read`);
  }
  if (index !== undefined && !(Number.isInteger(index) && index >= 0 && index < exams)) {
    throw new EcgFileError({ ...place, field: 'index' }, `expected an index below ${exams}, found ${index}`);
  }
  const leads = leadNames(options.leads, axes.lead === undefined ? 1 : shape[axes.lead], place);

  const strides = stridesOf(shape, fortranOrder);
  const total = shape.reduce((product, length) => product * length, 1);
  const begin = axes.exam === undefined ? 0 : (index ?? 0) * strides[axes.exam];
  // Where exams are the slowest axis, one lies in one piece.
  const inOnePiece = axes.exam !== undefined && strides[axes.exam] === total / exams;
  const first = inOnePiece ? begin : 0;
  const count = inOnePiece ? total / exams : total;
  const start = dataOffset + first * type.bytes;
  const end = start + count * type.bytes;
  const numbers = decodeNumbers(await readExactly(bytes, start, end, place), type);
  const grid = {
    offset: begin - first,
    samples: shape[axes.sample],
    sampleStride: strides[axes.sample],
    leads: leads.length,
    leadStride: axes.lead === undefined ? 0 : strides[axes.lead],
  };
  const record = index === undefined ? name : `${name}-${index}`;
  return plainRecord({
    name: record,
    format: 'npy',
    fs,
    leads,
    units,
    signal: takeSignals(numbers, grid, scale),
    scale,
  });
}

async function readNpyHeader(bytes: Bytes, place: FilePlace): Promise<NpyHeader> {
  const preamble = await readExactly(bytes, 0, Math.min(NPY_PREAMBLE, bytes.size), place);
  const { start, end } = locateNpyHeader(preamble, place);
  const text = new TextDecoder().decode(await readExactly(bytes, start, end, place));
  const header = parseNpyHeader(text, end, place);
  const needed = header.shape.reduce((product, length) => product * length, header.type.bytes);
  if (needed > bytes.size - end) {
    const found = `found ${bytes.size - end} behind the header`;
    throw new EcgFileError(place, `truncated: the shape [${header.shape.join(', ')}] takes ${needed} bytes, ${found}`);
  }
  return header;
}

async function readExactly(bytes: Bytes, start: number, end: number, place: FilePlace): Promise<Uint8Array> {
  if (end > bytes.size) {
    throw new EcgFileError({ ...place, offset: bytes.size }, `truncated: expected ${end} bytes, found ${bytes.size}`);
  }
  const found = await bytes.read(start, end);
  if (found.length === end - start) return found;
  throw new EcgFileError({ ...place, offset: start + found.length }, `truncated: expected bytes up to ${end}`);
}
