import { assertSource, type Source } from '@heartllm/source';
import { checkScaling } from '../array/scaling.ts';
import { openDataset } from './dataset.ts';
import { Hdf5Exams } from './exams.ts';
import type { Hdf5Layout } from './layout.ts';
import { LazyFile } from './lazy-file.ts';
import { type Hdf5Library, loadHdf5 } from './library.ts';
import { readUnits } from './unit-attribute.ts';

/**
 * Opens an HDF5 file of ECG exams, CODE's layout by default. Only what is asked for is read, from whatever source: a folder, Blobs, range
 * requests. Needs the package h5wasm, which is loaded on the first call.
 *
 * ```ts
 * const exams = await openHdf5(folderSource('code15'), 'exams_part0.hdf5');
 * for await (const record of exams) console.log(record.name, record.samples);
 * await exams.close();
 * ```
 *
 * @param path inside the source, with its suffix
 * @param layout where the exams are and what their numbers mean; CODE's by default
 * @throws EcgFileError if h5wasm is missing, the file is damaged, or it does not have the layout; SourceError if it cannot be read
 */
export async function openHdf5(source: Source, path: string, layout: Hdf5Layout = {}): Promise<Hdf5Exams> {
  assertSource(source, 'openHdf5');
  checkScaling(path, layout);
  const library = await loadHdf5(path);
  const file = new LazyFile(library, source, path, await source.size(path));
  let fileId: bigint | undefined;
  try {
    const id = await file.run('is not a readable HDF5 file', () => {
      const opened = library.open(file.path, library.H5F_ACC_RDONLY, false, -1, -1);
      if (opened < 0n) throw new Error('cannot be opened');
      return opened;
    });
    fileId = id;
    const tracings = await openDataset(library, file, id, layout.tracings ?? 'tracings');
    const hasIds = layout.ids === undefined && (await hasDataset(library, file, id, 'exam_id'));
    const idPath = layout.ids === undefined && hasIds ? 'exam_id' : layout.ids;
    const ids = idPath ? await openDataset(library, file, id, idPath) : undefined;
    const units =
      layout.units === undefined ? await readUnits(library, file, id, layout.tracings ?? 'tracings') : undefined;
    const close = () => closeFile(library, file, id);
    return new Hdf5Exams(path, layout, { tracings, ids, units, close });
  } catch (error) {
    if (fileId === undefined) file.remove();
    else await closeFile(library, file, fileId);
    throw error;
  }
}

function hasDataset(library: Hdf5Library, file: LazyFile, fileId: bigint, path: string): Promise<boolean> {
  return file.run('cannot be searched', () => library.get_type(fileId, path) === library.H5G_DATASET);
}

async function closeFile(library: Hdf5Library, file: LazyFile, fileId: bigint): Promise<void> {
  try {
    await file.run('could not be closed', () => library.close_file(fileId));
  } finally {
    file.remove();
  }
}
