import { opendir } from 'node:fs/promises';
import { join } from 'node:path';

/**
 * All files below a folder, by path with `/` between the parts. What links point to is listed where it is a file;
 * folders behind links are not entered, because they may lead in circles.
 *
 * @throws Error when the folder cannot be opened
 */
export async function listFiles(folder: string, signal?: AbortSignal): Promise<string[]> {
  const files: string[] = [];
  const open = [''];
  while (open.length > 0 && !signal?.aborted) {
    const below = open.pop()!;
    for await (const entry of await opendir(join(folder, below))) {
      const path = below === '' ? entry.name : `${below}/${entry.name}`;
      if (entry.isDirectory()) open.push(path);
      else if (entry.isFile() || entry.isSymbolicLink()) files.push(path);
    }
  }
  return files;
}
