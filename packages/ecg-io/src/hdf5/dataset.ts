import { decodeNumbers, isNumberType, type NumberType } from '../array/numbers.ts';
import { EcgFileError } from '../file-error.ts';
import { quote } from '../wfdb/error.ts';
import type { LazyFile } from './lazy-file.ts';
import type { Hdf5Library } from './library.ts';

/** The library reads whole chunks, so one has to fit its memory of 2 GiB with ease. CODE's hold an exam, 200 KB. */
const LARGEST_CHUNK = 1 << 28;

/** Filters 1 to 6 belong to the library: deflate, shuffle, fletcher32, szip, nbit, scaleoffset. All others are plugins. */
const LAST_OWN_FILTER = 6;

/** A part of a dataset: where it begins and how far it goes along each axis. */
export interface Slab {
  offset: number[];
  count: number[];
}

/** A dataset of numbers or strings in an open HDF5 file. */
export interface Dataset {
  shape: number[];
  /** Of a chunk, where the dataset is stored in chunks. */
  chunks: number[] | null;
  /** Bytes of one value. */
  bytes: number;
  /** How numbers lie in the library's memory; undefined for strings. */
  numbers: NumberType | undefined;
  readNumbers(slab: Slab): Promise<ArrayLike<number>>;
  /** Strings, and integers of 8 bytes to the last digit. */
  readNames(slab: Slab): Promise<string[]>;
}

/**
 * @throws EcgFileError if there is no such dataset (it names those there are), or its type, shape or chunks cannot be read
 */
export async function openDataset(
  library: Hdf5Library,
  file: LazyFile,
  fileId: bigint,
  path: string,
): Promise<Dataset> {
  const place = { file: file.file, field: path };
  const isThere = await file.run('cannot be searched', () => library.get_type(fileId, path) === library.H5G_DATASET);
  if (!isThere) throw new EcgFileError({ file: file.file }, await whatIsThere(library, file, fileId, path));
  const metadata = await file.run(`the dataset ${quote(path)}`, () => library.get_dataset_metadata(fileId, path));
  const { type, size, signed, vlen, cset } = metadata;
  const { H5T_INTEGER, H5T_FLOAT, H5T_STRING } = library.H5T_class_t;
  const kind = type === H5T_FLOAT.value ? 'float' : type === H5T_INTEGER.value ? (signed ? 'int' : 'uint') : '';
  // The library hands numbers over in little-endian order, however they are stored.
  const numbers = isNumberType(kind, size) ? ({ kind, bytes: size, littleEndian: true } as NumberType) : undefined;
  if (!numbers && type !== H5T_STRING.value) {
    throw new EcgFileError(place, `expected numbers or strings, found HDF5 type ${type} of ${size} bytes`);
  }
  if (metadata.virtual_sources?.length) {
    throw new EcgFileError(place, 'is a virtual dataset: its values are in other files, which are not opened');
  }
  const shape = metadata.shape ?? [];
  if (!shape.every((length) => Number.isSafeInteger(length) && length >= 0)) {
    throw new EcgFileError(place, `expected a shape of non-negative integers, found [${shape.join(', ')}]`);
  }
  const filters = await file.run(`the dataset ${quote(path)}`, () => library.get_dataset_filters(fileId, path));
  const unknown = filters.find(({ id }) => id > LAST_OWN_FILTER);
  if (unknown) {
    throw new EcgFileError(
      place,
      `is packed with the filter ${quote(unknown.name)} (${unknown.id}), which h5wasm does not have`,
    );
  }
  const chunkBytes = (metadata.chunks ?? []).reduce((product, length) => product * length, size);
  if (chunkBytes > LARGEST_CHUNK) {
    throw new EcgFileError(place, `has chunks of ${chunkBytes} bytes, at most ${LARGEST_CHUNK} are read`);
  }

  function read<T>({ offset, count }: Slab, decode: (bytes: Uint8Array) => T): Promise<T> {
    const length = count.reduce((product, n) => product * n, size);
    return file.run(`the dataset ${quote(path)} could not be read`, () => {
      const pointer = library._malloc(Math.max(1, length));
      if (!pointer) throw new Error(`no memory for ${length} bytes`);
      try {
        // Where the library does not come to write, no old pointers may be found.
        library.HEAPU8.fill(0, pointer, pointer + length);
        const strides = count.map(() => 1n);
        const args = [count.map(BigInt), offset.map(BigInt), strides] as const;
        const status = library.get_dataset_data(fileId, path, ...args, BigInt(pointer));
        if (status < 0) throw new Error(`HDF5 status ${status}`);
        const value = decode(library.HEAPU8.slice(pointer, pointer + length));
        if (vlen) library.reclaim_vlen_memory_count(fileId, path, '', BigInt(pointer), args[0]);
        return value;
      } finally {
        library._free(pointer);
      }
    });
  }

  function names(bytes: Uint8Array): string[] {
    if (numbers && numbers.kind !== 'float' && size === 8) {
      return Array.from(new (signed ? BigInt64Array : BigUint64Array)(bytes.buffer as ArrayBuffer), String);
    }
    if (numbers) return Array.from(decodeNumbers(bytes, numbers), String);
    if (vlen) {
      const text = cset === 1 ? library.UTF8ToString : library.AsciiToString;
      return Array.from(new Uint32Array(bytes.buffer as ArrayBuffer), (pointer) => text(pointer));
    }
    const decoder = new TextDecoder();
    return Array.from({ length: bytes.length / size }, (_, i) => {
      return decoder.decode(bytes.subarray(i * size, (i + 1) * size)).replace(/[\0 ]+$|\0.*$/s, '');
    });
  }

  return {
    shape,
    chunks: metadata.chunks,
    bytes: size,
    numbers,
    async readNumbers(slab) {
      if (!numbers) throw new EcgFileError(place, 'expected numbers, found strings');
      return read(slab, (bytes) => decodeNumbers(bytes, numbers));
    },
    readNames: (slab) => read(slab, names),
  };
}

async function whatIsThere(library: Hdf5Library, file: LazyFile, fileId: bigint, path: string): Promise<string> {
  const names = await file.run('cannot be listed', () => library.get_names(fileId, '/', true));
  const listed = names.slice(0, 20).map(quote).join(', ');
  return `has no dataset ${quote(path)}; it has ${listed || 'nothing'}${names.length > 20 ? ` and ${names.length - 20} more` : ''}`;
}
