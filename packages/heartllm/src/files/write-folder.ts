import { randomUUID } from 'node:crypto';
import { mkdir, open, readdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { isMissing } from '@heartllm/source';
import { MANIFEST_FILE } from '../model-manifest.ts';
import { besideFolder } from './leftovers.ts';
import { notWritable } from './output-file.ts';
import { realFolder } from './real-folder.ts';

/** A folder that would be overwritten. */
export class FolderExistsError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'FolderExistsError';
  }
}

/**
 * Makes a model folder whole or not at all: `fill` writes into a temporary folder beside it, which is then renamed. Where a process is killed between
 * two renames, `settleFolder` puts the old folder back. Only for who holds the folder's lock.
 *
 * @param replace whether an existing model folder may be replaced, with everything in it
 * @throws FolderExistsError when `folder` is there and not empty, and `replace` is false or it is no model folder; what `fill` throws; FileError where
 *   the folder cannot be made or replaced, which is as it was then
 */
export async function writeModelFolder(
  folder: string,
  replace: boolean,
  fill: (temporary: string) => Promise<void>,
): Promise<void> {
  await checkReplaceable(folder, replace);
  const target = await realFolder(folder);
  const id = `${process.pid}-${randomUUID().slice(0, 8)}`;
  const [temporary, old] = [besideFolder(target, id, 'tmp'), besideFolder(target, id, 'old')];
  try {
    await mkdir(temporary, { recursive: true });
    await fill(temporary);
    await syncFolder(temporary);
    await replaceFolder(target, temporary, old);
  } catch (error) {
    await rm(temporary, { recursive: true, force: true }).catch(() => undefined); // the first error says what happened
    throw withoutTemporaryNames(error, [temporary, old], folder);
  }
}

/** Puts a new folder in the place of the old one, if there is one, which lies at `old` in the meantime and is back where that fails. */
async function replaceFolder(target: string, temporary: string, old: string): Promise<void> {
  const isMoved = await moveAside(target, old);
  try {
    await rename(temporary, target);
  } catch (error) {
    if (isMoved) await rename(old, target).catch(() => undefined); // then the next command puts it back
    throw error;
  }
  await rm(old, { recursive: true, force: true }).catch(() => undefined); // the next command does it
}

/** Renames what is there. @returns whether anything was */
export async function moveAside(target: string, old: string): Promise<boolean> {
  try {
    await rename(target, old);
    return true;
  } catch (error) {
    if (isMissing(error)) return false;
    throw error;
  }
}

/** Flushes all files of a folder to the disk, so that after a power cut, too, what its name says is there. */
export async function syncFolder(folder: string): Promise<void> {
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) await syncFolder(path);
    if (!entry.isFile()) continue;
    const file = await open(path, 'r+');
    try {
      await file.sync();
    } finally {
      await file.close();
    }
  }
}

/** Errors name what the caller named. */
export function withoutTemporaryNames(error: unknown, names: string[], folder: string): unknown {
  const { code, message = '', name } = (error ?? {}) as NodeJS.ErrnoException;
  if (code === undefined || name !== 'Error' || !names.some((each) => message.includes(each))) return error;
  return notWritable(folder, error);
}

/**
 * Whether a model folder may be written there; for asking before hours of work.
 *
 * @throws FolderExistsError when `folder` is there and not empty, and `replace` is false or it is no model folder
 */
export async function checkReplaceable(folder: string, replace: boolean): Promise<void> {
  const existing = await contents(folder);
  if (!existing?.length) return;
  if (!replace) throw new FolderExistsError(`${folder} is there and not empty; --force replaces it`);
  // --force must not be able to empty somebody's home folder
  if (!existing.includes(MANIFEST_FILE)) {
    throw new FolderExistsError(`${folder} holds no ${MANIFEST_FILE}, so it is not replaced`);
  }
}

/** Names in a folder; undefined where there is none. */
async function contents(folder: string): Promise<string[] | undefined> {
  try {
    return await readdir(folder);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT') return undefined;
    if (code === 'ENOTDIR') throw new FolderExistsError(`${folder} is a file, expected a folder or nothing`);
    throw error;
  }
}
