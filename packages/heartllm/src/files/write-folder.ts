import { mkdir, readdir, rename, rm } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { MANIFEST_FILE } from '../model-manifest.ts';

/** A folder that would be overwritten. */
export class FolderExistsError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'FolderExistsError';
  }
}

/**
 * Makes a model folder whole or not at all: `fill` writes into a temporary folder beside it, which is then renamed.
 *
 * @param replace whether an existing model folder may be replaced, with everything in it
 * @throws FolderExistsError when `folder` is there and not empty, and `replace` is false or it is no model folder
 */
export async function writeModelFolder(
  folder: string,
  replace: boolean,
  fill: (temporary: string) => Promise<void>,
): Promise<void> {
  const target = resolve(folder);
  const existing = await contents(target);
  if (existing?.length && !replace) {
    throw new FolderExistsError(`${folder} is there and not empty; --force replaces it`);
  }
  // --force must not be able to empty somebody's home folder
  if (existing?.length && !existing.includes(MANIFEST_FILE)) {
    throw new FolderExistsError(`${folder} holds no ${MANIFEST_FILE}, so it is not replaced`);
  }
  const beside = (kind: string) => join(dirname(target), `.${basename(target)}.${process.pid}.${kind}`);
  const temporary = beside('tmp');
  try {
    await mkdir(temporary, { recursive: true });
    await fill(temporary);
    if (existing?.length) {
      const old = beside('old');
      await rename(target, old);
      await rename(temporary, target);
      await rm(old, { recursive: true });
    } else {
      if (existing) await rm(target, { recursive: true });
      await rename(temporary, target);
    }
  } catch (error) {
    await rm(temporary, { recursive: true, force: true });
    throw error;
  }
}

/** Names in a folder; undefined where there is none. */
async function contents(folder: string): Promise<string[] | undefined> {
  try {
    return await readdir(folder);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}
