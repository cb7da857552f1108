import { testFiles } from '@heartllm/testing';
import { File as Hdf5File, ready } from 'h5wasm';
import { type Hdf5Layout, memorySource, openHdf5, type Source } from '../../src/index.ts';

export const fixtures = testFiles(import.meta.url, '../fixtures/hdf5/');

type Dataset = Parameters<Hdf5File['create_dataset']>[0];
let written = 0;

/** An HDF5 file with the given datasets, written by the HDF5 library. */
export async function writeHdf5(datasets: Dataset[]): Promise<Uint8Array> {
  const { FS } = await ready;
  const name = `/written-${written++}.hdf5`;
  const file = new Hdf5File(name, 'w');
  for (const dataset of datasets) {
    const [group] = dataset.name.split('/');
    if (dataset.name.includes('/') && !file.keys().includes(group)) file.create_group(group);
    file.create_dataset(dataset);
  }
  file.close();
  const bytes = FS.readFile(name);
  FS.unlink(name);
  return bytes;
}

export async function openBytes(bytes: Uint8Array, layout?: Hdf5Layout) {
  return openHdf5(memorySource({ 'a.hdf5': bytes }), 'a.hdf5', layout);
}

/** The source, and how many bytes were read from it. */
export function counting(source: Source) {
  const counted = { bytes: 0, reads: 0 };
  return {
    counted,
    source: {
      size: source.size,
      async read(path: string, start?: number, end?: number) {
        const bytes = await source.read(path, start, end);
        counted.bytes += bytes.length;
        counted.reads++;
        return bytes;
      },
    },
  };
}

/** Where `one-exam.hdf5`, which h5py wrote, has what the tests change. */
export const PLACES = {
  endOfFile: 40,
  idLength: 832,
  idAddress: 898,
  idBytes: 906,
  exams: 1432,
  type: 1488,
  bytes: 1546,
  data: 2128,
};

/** A copy of a file with 64-bit integers and runs of bytes put into it. */
export function patched(bytes: Uint8Array, changes: Record<number, bigint | number[]>): Uint8Array {
  const copy = bytes.slice();
  const view = new DataView(copy.buffer);
  for (const [at, change] of Object.entries(changes)) {
    if (typeof change === 'bigint') view.setBigUint64(Number(at), change, true);
    else copy.set(change, Number(at));
  }
  return copy;
}
