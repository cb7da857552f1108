import { type FileHandle, open, realpath } from 'node:fs/promises';
import { join, sep } from 'node:path';
import { pathParts } from './path.ts';
import { type Source, SourceError } from './source.ts';

/**
 * Files below a folder on disk; only the bytes asked for are read. A symbolic link is followed as long as it stays below the folder.
 *
 * ```ts
 * const record = await readRecord(folderSource('ptb-xl'), 'records500/00000/00001_hr');
 * ```
 */
export function folderSource(dir: string): Source {
  async function openFile(path: string): Promise<FileHandle> {
    const parts = pathParts(path);
    try {
      const root = await realpath(dir);
      const file = await realpath(join(root, ...parts));
      if (!file.startsWith(root.endsWith(sep) ? root : root + sep)) {
        throw new SourceError(path, 'outside', `a symbolic link leads out of ${dir}`);
      }
      return await open(file);
    } catch (cause) {
      if (cause instanceof SourceError) throw cause;
      const { code, message } = cause as NodeJS.ErrnoException;
      if (code === 'ENOENT' || code === 'ENOTDIR') {
        throw new SourceError(path, 'missing', `no such file in ${dir}`, { cause });
      }
      throw new SourceError(path, 'failed', `could not be opened: ${message}`, { cause });
    }
  }

  async function withFile<T>(path: string, use: (handle: FileHandle, size: number) => Promise<T>): Promise<T> {
    const handle = await openFile(path);
    try {
      const stat = await handle.stat();
      if (!stat.isFile()) throw new SourceError(path, 'failed', 'is not a regular file');
      return await use(handle, stat.size);
    } finally {
      await handle.close();
    }
  }

  return {
    read: (path, start = 0, end = Number.POSITIVE_INFINITY) =>
      withFile(path, async (handle, size) => {
        const bytes = new Uint8Array(Math.max(0, Math.min(end, size) - start));
        let filled = 0;
        while (filled < bytes.length) {
          const length = Math.min(bytes.length - filled, 1 << 30); // one call takes less than 2 GiB
          const { bytesRead } = await handle.read(bytes, filled, length, start + filled);
          if (bytesRead === 0) break; // the file was cut while it was read
          filled += bytesRead;
        }
        return bytes.subarray(0, filled);
      }),
    size: (path) => withFile(path, async (_, size) => size),
  };
}
