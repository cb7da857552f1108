import { isNumberType, type NumberType, numberTypes } from '../array/numbers.ts';
import { EcgFileError, type FilePlace } from '../file-error.ts';
import { quote } from '../wfdb/error.ts';

/** What an .npy file says about its array. */
export interface NpyHeader {
  type: NumberType;
  shape: number[];
  fortranOrder: boolean;
  /** Where the numbers begin. */
  dataOffset: number;
}

/** The bytes before the header: magic, version, and a length of 2 bytes (version 1) or 4 (versions 2 and 3). */
export const NPY_PREAMBLE = 12;
/** NumPy itself refuses headers above 10,000 bytes unless told otherwise; an array of numbers needs about 100. */
const LONGEST_HEADER = 10_000;
const MAGIC = [0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59]; // \x93NUMPY

/**
 * Where the header text lies, from the first 12 bytes of a file.
 *
 * @throws EcgFileError if it is no .npy file, of an unknown version, or the header is longer than any real one
 */
export function locateNpyHeader(bytes: Uint8Array, place: FilePlace): { start: number; end: number } {
  if (bytes.length < NPY_PREAMBLE || MAGIC.some((byte, i) => bytes[i] !== byte)) {
    throw new EcgFileError({ ...place, offset: 0 }, 'is not an .npy file: it does not begin with \\x93NUMPY');
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const version = view.getUint8(6);
  if (version < 1 || version > 3) {
    throw new EcgFileError({ ...place, offset: 6 }, `expected version 1, 2 or 3 of the .npy format, found ${version}`);
  }
  const start = version === 1 ? 10 : 12;
  const length = version === 1 ? view.getUint16(8, true) : view.getUint32(8, true);
  if (length > LONGEST_HEADER) {
    throw new EcgFileError(
      { ...place, offset: 8 },
      `expected a header of at most ${LONGEST_HEADER} bytes, found ${length}`,
    );
  }
  return { start, end: start + length };
}

/**
 * Parses `{'descr': '<f4', 'fortran_order': False, 'shape': (5000, 12), }`
 * (https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html).
 *
 * @throws EcgFileError if a field is missing or wrong, or the array holds anything but real numbers; Python objects are never unpickled
 */
export function parseNpyHeader(text: string, dataOffset: number, place: FilePlace): NpyHeader {
  const field = (name: string, value: string) => new RegExp(`['"]${name}['"]\\s*:\\s*${value}`).exec(text)?.[1];
  const wrong = (name: string) => new EcgFileError({ ...place, field: name }, `not found in the header ${quote(text)}`);

  const descr = field('descr', `['"]([^'"]*)['"]`);
  if (descr === undefined) {
    if (!field('descr', '(\\[)')) throw wrong('descr');
    throw new EcgFileError({ ...place, field: 'descr' }, `expected ${numberTypes}, found a structured array`);
  }
  const order = field('fortran_order', '(True|False)');
  if (order === undefined) throw wrong('fortran_order');
  const shape = field('shape', '\\(([\\d\\sL,]*)\\)');
  if (shape === undefined) throw wrong('shape');
  const lengths = shape.split(',').map((length) => length.trim().replace(/L$/, '')); // Python 2 wrote 5000L
  if (lengths.at(-1) === '') lengths.pop();
  if (lengths.some((length) => !/^\d+$/.test(length) || !Number.isSafeInteger(Number(length)))) {
    throw new EcgFileError({ ...place, field: 'shape' }, `expected integers, found ${quote(`(${shape})`)}`);
  }
  return { type: parseType(descr, place), shape: lengths.map(Number), fortranOrder: order === 'True', dataOffset };
}

function parseType(descr: string, place: FilePlace): NumberType {
  const parts = /^([<>|=]?)([a-zA-Z])(\d+)?/.exec(descr);
  if (parts?.[2] === 'O') {
    const message =
      'holds Python objects, which are never unpickled because that could run code; save numbers: array.astype("float32")';
    throw new EcgFileError({ ...place, field: 'descr' }, message);
  }
  const kinds: Record<string, NumberType['kind'] | undefined> = { f: 'float', i: 'int', u: 'uint' };
  const kind = kinds[parts?.[2] ?? ''];
  const bytes = Number(parts?.[3]);
  if (!kind || !isNumberType(kind, bytes) || parts?.[0] !== descr) {
    throw new EcgFileError({ ...place, field: 'descr' }, `expected ${numberTypes}, found ${quote(descr)}`);
  }
  return { kind, bytes, littleEndian: parts[1] !== '>' } as NumberType;
}
