import { EcgFileError } from '../file-error.ts';

type Library = Awaited<typeof import('h5wasm')['ready']>;

/** The HDF5 library of h5wasm, with the parts of Emscripten's file system that its types leave out. */
export type Hdf5Library = Omit<Library, 'FS'> & { FS: FileSystem };

/** https://emscripten.org/docs/api_reference/Filesystem-API.html; what createLazyFile there uses, LazyFile here uses too. */
interface FileSystem {
  ErrnoError: new (errno: number) => Error;
  streams: { stream_ops: StreamOps }[];
  createFile(parent: string, name: string, properties: object, canRead: boolean, canWrite: boolean): FileNode;
  open(path: string, ...rest: unknown[]): unknown;
  unlink(path: string): void;
}

interface FileNode {
  stream_ops: StreamOps;
}

type Transfer = (stream: unknown, buffer: Uint8Array, offset: number, length: number, position: number) => number;

interface StreamOps {
  read: Transfer;
  write: Transfer;
}

/**
 * Loads h5wasm, 4 MB, when first used.
 *
 * @throws EcgFileError if it is not installed
 */
export async function loadHdf5(file: string): Promise<Hdf5Library> {
  try {
    const { ready } = await import('h5wasm');
    return (await ready) as unknown as Hdf5Library;
  } catch (cause) {
    const message = 'reading HDF5 needs the package h5wasm, which could not be loaded: npm install h5wasm';
    throw new EcgFileError({ file }, message, { cause });
  }
}
