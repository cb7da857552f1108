import { randomUUID } from 'node:crypto';
import { open, readdir, rm, stat } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { FileError, writeFileAtomic } from '@heartllm/source';
import type { Interrupt } from '../terminal/interrupt.ts';
import { settleFiles } from './leftovers.ts';
import { withLock } from './lock.ts';

const REASONS: Record<string, string> = {
  ENOENT: 'its folder does not exist',
  ENOTDIR: 'what should be its folder is a file',
  EISDIR: 'there is a folder of that name',
  EACCES: 'permission denied',
  EPERM: 'not permitted',
  EROFS: 'the file system is read-only',
  EBUSY: 'it is in use, as a mounted volume is',
  ENOSPC: 'no space is left',
  EDQUOT: 'the disk quota is exceeded',
  EMFILE: 'too many files are open',
  EIO: 'input/output error',
};

/** A result that cannot be written where it was wanted. */
export function notWritable(path: string, error: unknown): FileError {
  const { code = '', message } = error as NodeJS.ErrnoException;
  const reason = code in REASONS ? `${REASONS[code]} (${code})` : code || message;
  return new FileError({ file: path }, `cannot be written: ${reason}`, { cause: error });
}

/**
 * Whether a file can be written there, asked before the work that it is for: by making a file beside it. What a killed command left of it goes.
 *
 * @throws FileError
 */
export async function checkWritable(path: string): Promise<void> {
  const trial = `${path}.${process.pid}-${randomUUID()}.tmp`;
  try {
    await settleFiles(dirname(path), basename(path), { ofTheDead: true });
    const found = await stat(path).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'ENOENT') throw error;
    });
    if (found?.isDirectory()) throw Object.assign(new Error(), { code: 'EISDIR' });
    await (await open(trial, 'wx')).close();
    await rm(trial);
  } catch (error) {
    throw notWritable(path, error);
  }
}

/**
 * Whether a folder can be written into, or made, there; asked before the work that it is for.
 *
 * @throws FileError
 */
export async function checkWritableFolder(path: string): Promise<void> {
  try {
    let folder = resolve(path);
    while (!(await isFolder(folder))) folder = dirname(folder);
    const trial = join(folder, `.${process.pid}-${randomUUID()}.tmp`);
    await (await open(trial, 'wx')).close();
    await rm(trial);
  } catch (error) {
    throw notWritable(path, error);
  }
}

/** False where there is nothing. @throws for what is no folder */
async function isFolder(path: string): Promise<boolean> {
  try {
    await readdir(path);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return false;
    throw error;
  }
}

/**
 * Writes a result, whole or not at all; a command that is stopped waits for it.
 *
 * @throws FileError
 */
export async function writeOutput(path: string, content: string, interrupt: Interrupt): Promise<void> {
  try {
    await interrupt.finish(() => writeFileAtomic(path, content));
  } catch (error) {
    throw notWritable(path, error);
  }
}

/**
 * Does work that appends to a file of results: one process at a time, after what a killed one left is away. Without a file it is just done.
 *
 * @throws HeldError where another process writes there; FileError where nothing can be written there; what `work` throws
 */
export async function inOutputFile<T>(path: string | undefined, work: () => Promise<T>): Promise<T> {
  if (path === undefined) return work();
  await checkWritable(path);
  return withLock(`${path}.lock`, { name: path }, async () => {
    await settleFiles(dirname(path), `${basename(path)}.settings.json`);
    return work();
  });
}
