import { EcgFileError } from '../file-error.ts';
import { quote } from '../wfdb/error.ts';
import type { LazyFile } from './lazy-file.ts';
import type { Hdf5Library } from './library.ts';
import { decodeStrings } from './strings.ts';

/** HDF5 itself stores attributes of at most 64 KB in the object header. */
const LARGEST = 1 << 16;

/**
 * The attribute `units` or `unit` of a dataset: one unit for all leads, or one for each.
 *
 * @returns undefined if there is none
 * @throws EcgFileError if it is no text
 */
export async function readUnits(
  library: Hdf5Library,
  file: LazyFile,
  fileId: bigint,
  path: string,
): Promise<string[] | undefined> {
  const what = `the attributes of ${quote(path)}`;
  const names = await file.run(what, () => library.get_attribute_names(fileId, path));
  const name = names.find((name) => /^units?$/i.test(name));
  if (name === undefined) return undefined;
  const metadata = await file.run(what, () => library.get_attribute_metadata(fileId, path, name));
  const { type, size, total_size: count, vlen } = metadata;
  if (type !== library.H5T_class_t.H5T_STRING.value || size * count > LARGEST) {
    throw new EcgFileError(
      { file: file.file, field: path },
      `expected a short text in its attribute ${quote(name)}: give units`,
    );
  }
  return file.run(what, () => {
    const pointer = library._malloc(Math.max(1, size * count));
    try {
      library.HEAPU8.fill(0, pointer, pointer + size * count);
      const status = library.get_attribute_data(fileId, path, name, BigInt(pointer));
      if (status < 0) throw new Error(`HDF5 status ${status}`);
      const units = decodeStrings(library, library.HEAPU8.slice(pointer, pointer + size * count), metadata);
      if (vlen) library.reclaim_vlen_memory(fileId, path, name, BigInt(pointer));
      return units;
    } finally {
      library._free(pointer);
    }
  });
}
