import { nodeModule } from './node-modules.ts';

/** Bytes or text (UTF-8), or pieces of them that are made one after the other. */
export type FileContent = string | Uint8Array | Iterable<string | Uint8Array>;

/**
 * Writes a file in Node so that `path` holds either what was there or the whole new content, whenever the process or the machine ends:
 * a temporary file beside it, flushed, then renamed.
 *
 * @param path in the file system; its folder has to exist
 * @param content taken piece by piece, so that a large file needs no memory of its size
 * @throws what the file system throws, with `path` in its message; no temporary file is left behind
 */
export async function writeFileAtomic(path: string, content: FileContent): Promise<void> {
  const { open, rename, rm } = nodeModule<typeof import('node:fs/promises')>('node:fs/promises', 'a Blob');
  const temporary = temporaryName(path);
  try {
    const file = await open(temporary, 'wx');
    try {
      if (typeof content === 'string' || content instanceof Uint8Array) await file.writeFile(content);
      else for (const piece of content) await file.writeFile(piece);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true }).catch(() => undefined); // the first error says what happened
    throw withoutTemporaryName(error, temporary, path);
  }
}

/**
 * `PATH.PID-RANDOM.tmp`: who finds it later can ask whether the process still runs. Random, since a killed process may have left one, and a container
 * gives its pid to the next.
 */
function temporaryName(path: string): string {
  return `${path}.${process.pid}-${crypto.randomUUID().slice(0, 8)}.tmp`;
}

/** Whoever reads the message knows nothing of the temporary file. */
function withoutTemporaryName(error: unknown, temporary: string, path: string): unknown {
  if (!(error instanceof Error)) return error;
  error.message = error.message.replaceAll(`'${temporary}' -> '${path}'`, `'${path}'`).replaceAll(temporary, path);
  return error;
}
