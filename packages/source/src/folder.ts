import * as fs from 'node:fs';
import { join, sep } from 'node:path';
import { promisify } from 'node:util';
import { pathParts } from './path.ts';
import { type Source, SourceError } from './source.ts';

const readDescriptor = promisify(fs.read);

/**
 * Files below a folder on disk; only the bytes asked for are read. A symbolic link is followed as long as it stays below the folder.
 *
 * Bytes are read in the background. To find and open a file takes microseconds, less than to wait for another thread to do it, which for a
 * record of 10 s would be most of the time; so that is done at once.
 *
 * ```ts
 * const record = await readRecord(folderSource('ptb-xl'), 'records500/00000/00001_hr');
 * ```
 *
 * @param dir absolute, or from the working directory; looked at only when something is read
 * @returns a source whose methods throw SourceError for a file that is missing, leads out of the folder or cannot be read
 */
export function folderSource(dir: string): Source {
  /** Where the file really is, once it is known to be a file below the folder. */
  function locate(path: string): { file: string; size: number } {
    const parts = pathParts(path);
    try {
      const named = join(dir, ...parts);
      const root = fs.realpathSync.native(dir);
      const file = fs.realpathSync.native(named);
      if (!file.startsWith(root.endsWith(sep) ? root : root + sep)) {
        throw new SourceError(path, 'outside', `a symbolic link leads out of ${dir}`);
      }
      const found = fs.statSync(file);
      if (!found.isFile()) throw new SourceError(path, 'failed', 'is not a regular file'); // opening a pipe would wait for ever
      return { file, size: found.size };
    } catch (cause) {
      if (cause instanceof SourceError) throw cause;
      const { code, message } = cause as NodeJS.ErrnoException;
      if (code === 'ENOENT' || code === 'ENOTDIR') {
        throw new SourceError(path, 'missing', `no such file in ${dir}`, { cause });
      }
      throw new SourceError(path, 'failed', `could not be opened: ${message}`, { cause });
    }
  }

  return {
    async read(path, start = 0, end = Number.POSITIVE_INFINITY) {
      const { file, size } = locate(path);
      try {
        return await readRange(file, start, Math.min(end, size));
      } catch (cause) {
        throw new SourceError(path, 'failed', `could not be read: ${(cause as Error).message}`, { cause });
      }
    },
    async size(path) {
      return locate(path).size;
    },
  };
}

async function readRange(file: string, start: number, end: number): Promise<Uint8Array> {
  const descriptor = fs.openSync(file, 'r');
  try {
    const bytes = new Uint8Array(Math.max(0, end - start));
    let filled = 0;
    while (filled < bytes.length) {
      const length = Math.min(bytes.length - filled, 1 << 30); // one call takes less than 2 GiB
      const { bytesRead } = await readDescriptor(descriptor, bytes, filled, length, start + filled);
      if (bytesRead === 0) break; // the file was cut while it was read
      filled += bytesRead;
    }
    return filled === bytes.length ? bytes : bytes.subarray(0, filled);
  } finally {
    fs.closeSync(descriptor);
  }
}
