import { opendir } from 'node:fs/promises';
import { join } from 'node:path';

/**
 * All files below a folder, by path with `/` between the parts. A link is listed as if it were a file; folders behind
 * links are not entered, because they may lead out of the folder or in circles.
 *
 * @throws Error when a folder cannot be opened
 */
export async function* listFiles(folder: string): AsyncGenerator<string> {
  const open = [''];
  while (open.length > 0) {
    const below = open.pop()!;
    for await (const entry of await opendir(join(folder, below))) {
      const path = below === '' ? entry.name : `${below}/${entry.name}`;
      if (entry.isDirectory()) open.push(path);
      else if (entry.isFile() || entry.isSymbolicLink()) yield path;
    }
  }
}
