import { FileError, quote } from '@heartllm/source';

/** The largest header that is read: a vocabulary of 256,000 words with its merges takes about a third of it. */
export const MAX_HEADER_BYTES = 100_000_000;

/** The bytes at hand end before the header does, and the file goes on: read more of it and begin again. */
export class WindowTooShort extends Error {}

/** Takes the fields of a header one after the other, from the first bytes of a file. Nothing is taken that the file cannot hold. */
export class Cursor {
  /** The key or the tensor that is being read, for messages. */
  field: string | undefined;
  at = 0;
  readonly #file: string;
  readonly #window: Uint8Array;
  readonly #view: DataView;
  readonly #fileBytes: number;

  constructor(file: string, window: Uint8Array, fileBytes: number) {
    this.#file = file;
    this.#window = window;
    this.#view = new DataView(window.buffer, window.byteOffset, window.byteLength);
    this.#fileBytes = fileBytes;
  }

  fault(expected: string, found: string, offset = this.at): FileError {
    return new FileError({ file: this.#file, field: this.field, offset }, { expected, found });
  }

  /** Throws where fewer than `bytes` are left in the file, or more than a header may have. */
  need(bytes: number): void {
    const left = this.#fileBytes - this.at;
    if (bytes > left) throw this.fault(`${bytes} more bytes`, `${left} to the end of the file`);
    if (this.at + bytes > MAX_HEADER_BYTES) {
      throw this.fault(`a header of at most ${MAX_HEADER_BYTES} bytes`, `one of ${this.at + bytes} or more`);
    }
  }

  uint8(): number {
    return this.#view.getUint8(this.#skip(1));
  }

  uint32(): number {
    return this.#view.getUint32(this.#skip(4), true);
  }

  /** A count or a length. Above 2^53 it is not exact, and larger than any file. */
  uint64(): number {
    return Number(this.#view.getBigUint64(this.#skip(8), true));
  }

  /** A copy: it outlives the window. */
  bytes(length: number): Uint8Array<ArrayBuffer> {
    const start = this.#skip(length);
    return new Uint8Array(this.#window.subarray(start, start + length));
  }

  string(): string {
    const length = this.uint64();
    const start = this.#skip(length);
    try {
      return UTF8.decode(this.#window.subarray(start, start + length));
    } catch {
      const latin = String.fromCharCode(...this.#window.subarray(start, start + Math.min(length, 40)));
      throw this.fault('text in UTF-8', quote(latin), start);
    }
  }

  #skip(bytes: number): number {
    this.need(bytes);
    if (this.at + bytes > this.#window.length) throw new WindowTooShort();
    this.at += bytes;
    return this.at - bytes;
  }
}

const UTF8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
