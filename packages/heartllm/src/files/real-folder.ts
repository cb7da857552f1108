import { realpath } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { isMissing } from '@heartllm/source';

/** Where a folder really is, that is there or is to be made in one that is: links are followed, so that one folder has one name. */
export async function realFolder(folder: string): Promise<string> {
  try {
    return await realpath(folder);
  } catch (error) {
    if (!isMissing(error)) throw error;
    const path = resolve(folder);
    return join(await realpath(dirname(path)), basename(path));
  }
}
