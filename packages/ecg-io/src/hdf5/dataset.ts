import { EcgFileError } from '../file-error.ts';
import { quote } from '../wfdb/error.ts';
import { readDescription } from './description.ts';
import type { LazyFile } from './lazy-file.ts';
import type { Hdf5Library } from './library.ts';
import { decodeLayout, integerTexts, parseNumberLayout } from './number-layout.ts';
import type { Dataset, Slab } from './opened-dataset.ts';
import { decodeStrings } from './strings.ts';
import { unsigned } from './superblock.ts';

/** The library reads whole chunks, so one has to fit its memory of 2 GiB with ease. CODE's hold an exam, 200 KB. */
const LARGEST_CHUNK = 1 << 28;

/** Filters 1 to 6 belong to the library: deflate, shuffle, fletcher32, szip, nbit, scaleoffset. All others are plugins. */
const LAST_OWN_FILTER = 6;

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
  const what = `the dataset ${quote(path)}`;
  const isThere = await file.run('cannot be searched', () => library.get_type(fileId, path) === library.H5G_DATASET);
  if (!isThere) throw new EcgFileError({ file: file.file }, await whatIsThere(library, file, fileId, path));
  const metadata = await file.run(what, () => library.get_dataset_metadata(fileId, path));
  const { type, size, vlen } = metadata;
  const { H5T_INTEGER, H5T_FLOAT, H5T_STRING } = library.H5T_class_t;
  if (type !== H5T_INTEGER.value && type !== H5T_FLOAT.value && type !== H5T_STRING.value) {
    throw new EcgFileError(place, `expected numbers or strings, found HDF5 type ${type} of ${size} bytes`);
  }
  if (metadata.virtual_sources?.length) {
    throw new EcgFileError(place, 'is a virtual dataset: its values are in other files, which are not opened');
  }
  const shape = metadata.shape ?? [];
  if (!shape.every((length) => Number.isSafeInteger(length) && length >= 0)) {
    throw new EcgFileError(place, `expected a shape of non-negative integers, found [${shape.join(', ')}]`);
  }
  const chunkBytes = (metadata.chunks ?? []).reduce((product, length) => product * length, size);
  if (chunkBytes > LARGEST_CHUNK) {
    throw new EcgFileError(place, `has chunks of ${chunkBytes} bytes, at most ${LARGEST_CHUNK} are read`);
  }
  // h5wasm hands the bytes of a number over as they are, in little-endian order; what its bits mean only the file says.
  const reference = await file.run(what, () => library.create_object_reference(fileId, path));
  const address = unsigned(new DataView(Uint8Array.from(reference).buffer), 0, 8);
  const { datatype, isFilled } = await readDescription(file, address, place);
  const numbers = type === H5T_STRING.value ? undefined : parseNumberLayout(datatype, place);
  const filters = await file.run(what, () => library.get_dataset_filters(fileId, path));
  const plugin = filters.find(({ id }) => id > LAST_OWN_FILTER);

  /** @param before what the memory holds where the library does not come to write; never the pointers of others */
  async function readBytes<T>({ offset, count }: Slab, decode: (bytes: Uint8Array) => T, before = 0): Promise<T> {
    const length = count.reduce((product, n) => product * n, size);
    const operation = () => {
      const pointer = library._malloc(Math.max(1, length));
      if (!pointer) throw new Error(`no memory for ${length} bytes`);
      try {
        library.HEAPU8.fill(before, pointer, pointer + length);
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
    };
    try {
      return await file.run(`${what} could not be read`, operation);
    } catch (error) {
      if (!plugin || !/filter|plugin/.test((error as Error).message)) throw error;
      const message = `is packed with the filter ${quote(plugin.name)} (${plugin.id}), which h5wasm does not have`;
      throw new EcgFileError(place, message, { cause: error });
    }
  }

  return {
    shape,
    chunks: metadata.chunks,
    bytes: size,
    numbers,
    async readNumbers(slab) {
      if (!numbers) throw new EcgFileError(place, 'expected numbers, found strings');
      const bytes = await readBytes(slab, (bytes) => bytes);
      if (!isFilled) {
        const again = await readBytes(slab, (bytes) => bytes, 0xff);
        if (bytes.some((byte, i) => byte !== again[i]))
          throw new EcgFileError(place, 'has values that were never written');
      }
      return decodeLayout(bytes, numbers);
    },
    readNames: (slab) => {
      return readBytes(slab, (bytes) => {
        if (!numbers) return decodeStrings(library, bytes, metadata);
        return numbers.kind === 'float'
          ? Array.from(decodeLayout(bytes, numbers), String)
          : integerTexts(bytes, { ...numbers, kind: numbers.kind });
      });
    },
  };
}

async function whatIsThere(library: Hdf5Library, file: LazyFile, fileId: bigint, path: string): Promise<string> {
  const names = await file.run('cannot be listed', () => library.get_names(fileId, '/', true));
  const listed = names.slice(0, 20).map(quote).join(', ');
  return `has no dataset ${quote(path)}; it has ${listed || 'nothing'}${names.length > 20 ? ` and ${names.length - 20} more` : ''}`;
}
