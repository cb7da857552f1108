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
  await checkReplaceable(folder, replace);
  const target = resolve(folder);
  const beside = (kind: string) => join(dirname(target), `.${basename(target)}.${process.pid}.${kind}`);
  const temporary = beside('tmp');
  try {
    await mkdir(temporary, { recursive: true });
    await fill(temporary);
    if (await contents(target)) {
      const old = beside('old');
      await rename(target, old);
      await rename(temporary, target);
      await rm(old, { recursive: true });
    } else await rename(temporary, target);
  } catch (error) {
    await rm(temporary, { recursive: true, force: true });
    throw error;
  }
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
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}
