import { quote } from './file-error.ts';

/**
 * How bytes come in, whatever they come from: a folder, Blobs, a URL, memory.
 * Paths are relative, with `/` between the parts, and never leave the source.
 */
export interface Source {
  /**
   * The bytes [start, end) of a file, the whole file by default; clamped to the file's length, as `slice` does.
   *
   * @throws SourceError
   */
  read(path: string, start?: number, end?: number): Promise<Uint8Array>;
  /** Length of a file in bytes. @throws SourceError */
  size(path: string): Promise<number>;
}

/**
 * For functions that take a source: plain JavaScript may hand over anything.
 *
 * @param call the function, for the message
 * @throws TypeError for what is no source
 */
export function assertSource(value: unknown, call: string): asserts value is Source {
  const { read, size } = (value ?? {}) as Partial<Source>;
  if (typeof read === 'function' && typeof size === 'function') return;
  const found = typeof value === 'string' ? `the text ${quote(value)}` : value === null ? 'null' : typeof value;
  throw new TypeError(`${call}: expected a source of bytes such as folderSource('folder'), found ${found}`);
}

/**
 * Why a source gave no bytes: 'missing' (no such file), 'outside' (the path leads out of the source, nothing was opened) or 'failed'
 * (the file is there but could not be read; `cause` says more).
 */
export class SourceError extends Error {
  /** 'SourceError'; tells the error apart where `instanceof` cannot: two copies of the package. */
  override readonly name = 'SourceError';
  /** As it was asked for, inside the source. */
  readonly path: string;
  /** 'missing': no such file; 'outside': the path leads out of the source; 'failed': it is there but could not be read. */
  readonly reason: 'missing' | 'outside' | 'failed';

  constructor(path: string, reason: SourceError['reason'], message: string, options?: ErrorOptions) {
    super(`${path}: ${message}`, options);
    this.path = path;
    this.reason = reason;
  }
}
