import type { Source } from '@heartllm/source';
import { EcgFileError } from '../file-error.ts';
import type { Hdf5Library } from './library.ts';

/** Bytes that are fetched and kept together: the metadata of a file mostly lies within one block. */
const BLOCK = 1 << 16;
/** Blocks kept from one operation to the next, 32 MiB. */
const KEPT_BLOCKS = 512;
/** No more is fetched ahead, 4 MiB. */
const MOST_AHEAD = 64;

const EIO = 29;
const ENOENT = 44;
let opened = 0;

interface Blocks {
  first: number;
  last: number;
}

/**
 * A file of the HDF5 library whose bytes come from a Source, and only those that the library asks for.
 *
 * The library reads synchronously, a Source does not. So a read of bytes that are not here yet fails like one from a bad disk, the library
 * gives up cleanly, the bytes are fetched, and the operation is done again. That needs neither a worker nor a copy of the file, and works
 * alike for folders, Blobs and URLs.
 */
export class LazyFile {
  /** The path by which the library opens it. */
  readonly path: string;
  readonly file: string;
  readonly size: number;
  readonly #library: Hdf5Library;
  readonly #source: Source;
  readonly #blocks = new Map<number, Uint8Array>();
  #missing: Blocks | undefined;
  #queue: Promise<unknown> = Promise.resolve();

  constructor(library: Hdf5Library, source: Source, file: string, size: number) {
    const name = `heartllm-${opened++}.hdf5`;
    this.path = `/${name}`;
    this.file = file;
    this.size = size;
    this.#library = library;
    this.#source = source;
    const node = library.FS.createFile('/', name, {}, true, false);
    Object.defineProperty(node, 'usedBytes', { value: size });
    node.stream_ops = {
      ...node.stream_ops,
      read: (_stream, buffer, offset, length, position) => this.#read(buffer, offset, length, position),
    };
  }

  remove(): void {
    this.#blocks.clear();
    this.#library.FS.unlink(this.path);
  }

  /**
   * Does an operation of the library, one after the other, and fetches what it needs. It may be done several times: it must leave nothing
   * behind when it throws.
   *
   * @throws EcgFileError with the library's own words if the operation throws
   */
  run<T>(what: string, operation: () => T): Promise<T> {
    const result = this.#queue.then(() => this.#repeat(what, operation));
    this.#queue = result.catch(() => undefined);
    return result;
  }

  /**
   * The bytes [start, end), which the library may have asked for before.
   *
   * @throws EcgFileError if the file ends before
   */
  async bytes(start: number, end: number): Promise<Uint8Array> {
    if (end > this.size) {
      throw new EcgFileError({ file: this.file, offset: this.size }, `truncated: expected ${end} bytes`);
    }
    const bytes = new Uint8Array(end - start);
    for (let index = Math.floor(start / BLOCK); index * BLOCK < end; index++) {
      if (!this.#blocks.has(index)) await this.#fetch({ first: index, last: index }, 1);
      const at = index * BLOCK;
      const from = Math.max(start, at);
      bytes.set(this.#blocks.get(index)!.subarray(from - at, end - at), from - start);
    }
    return bytes;
  }

  async #repeat<T>(what: string, operation: () => T): Promise<T> {
    for (let ahead = 1; ; ahead = Math.min(2 * ahead, MOST_AHEAD)) {
      this.#missing = undefined;
      const { value, error, diagnosis } = this.#attempt(operation);
      const missing = this.#missing as Blocks | undefined; // set by #read
      if (missing) {
        await this.#fetch(missing, ahead);
        continue;
      }
      this.#forget();
      if (value) return value.result;
      const why = diagnosis ?? (error as Error).message;
      throw new EcgFileError({ file: this.file }, `${what}: ${why}`, { cause: error });
    }
  }

  /** While the library works, it may open no other file (a link to one would), and what it prints is kept as the reason of a failure. */
  #attempt<T>(operation: () => T): { value?: { result: T }; error?: unknown; diagnosis?: string } {
    const { FS } = this.#library;
    const { open } = FS;
    const stderr = FS.streams[2];
    const { stream_ops } = stderr;
    let printed = '';
    FS.open = (path, ...rest) => {
      if (path !== this.path) throw new FS.ErrnoError(ENOENT);
      return open.call(FS, path, ...rest);
    };
    stderr.stream_ops = {
      ...stream_ops,
      write(_stream, buffer, offset, length) {
        printed += String.fromCharCode(...buffer.subarray(offset, offset + length));
        return length;
      },
    };
    try {
      return { value: { result: operation() } };
    } catch (error) {
      return { error, diagnosis: innermost(printed) };
    } finally {
      FS.open = open;
      stderr.stream_ops = stream_ops;
    }
  }

  #read(buffer: Uint8Array, offset: number, length: number, position: number): number {
    const end = Math.min(this.size, position + length);
    if (end <= position) return 0;
    const [first, last] = [Math.floor(position / BLOCK), Math.floor((end - 1) / BLOCK)];
    for (let index = first; index <= last; index++) {
      const block = this.#blocks.get(index);
      if (!block) {
        this.#missing = { first: index, last };
        throw new this.#library.FS.ErrnoError(EIO);
      }
      const start = index * BLOCK;
      const from = Math.max(position, start);
      buffer.set(block.subarray(from - start, end - start), offset + from - position);
    }
    return end - position;
  }

  /** Fetches blocks in one go, the further ahead the more often the operation has had to wait. */
  async #fetch({ first, last }: Blocks, ahead: number): Promise<void> {
    const start = first * BLOCK;
    const end = Math.min(this.size, Math.max(last + 1, first + ahead) * BLOCK);
    const bytes = await this.#source.read(this.file, start, end);
    if (bytes.length < end - start) {
      throw new EcgFileError(
        { file: this.file, offset: start + bytes.length },
        `the file had ${this.size} bytes and now ends`,
      );
    }
    for (let at = start; at < end; at += BLOCK)
      this.#blocks.set(at / BLOCK, bytes.slice(at - start, at - start + BLOCK));
  }

  /** Drops the blocks that were fetched first. */
  #forget(): void {
    for (const index of this.#blocks.keys()) {
      if (this.#blocks.size <= KEPT_BLOCKS) break;
      this.#blocks.delete(index);
    }
  }
}

/** The library prints a stack of errors, `#003: H5F.c line 12 in H5F_open(): file signature not found`; the last says why. */
function innermost(printed: string): string | undefined {
  return [...printed.matchAll(/#\d+: .*?\(\): (.*)/g)].at(-1)?.[1].trim();
}
