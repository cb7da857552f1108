import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';

/** The bytes of all files of a folder, by name. */
export async function folderOf(folder: string): Promise<Record<string, Buffer>> {
  const names = (await readdir(folder)).sort();
  return Object.fromEntries(
    await Promise.all(names.map(async (name) => [name, await readFile(join(folder, name))] as const)),
  );
}
