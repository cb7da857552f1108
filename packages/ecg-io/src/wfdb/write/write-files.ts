import { WfdbError } from '../error.ts';

/**
 * Writes files below a folder in Node: all of them into temporary files beside their places, flushed, then renamed in the order given, so
 * that every path holds either what was there or the whole new file. Folders that are missing are made.
 *
 * @param instead what to call in a browser
 * @throws WfdbError in a browser, and what the file system throws; no temporary file is left behind
 */
export async function writeFiles(
  folder: string,
  files: ReadonlyMap<string, Uint8Array>,
  instead: string,
): Promise<void> {
  const { mkdir, open, rename, rm } = nodeModule('node:fs/promises', folder, instead);
  const { dirname, join } = nodeModule('node:path', folder, instead);
  const written: { path: string; temporary: string }[] = [];
  try {
    for (const [name, bytes] of files) {
      const path = join(folder, name);
      const temporary = `${path}.${Math.random().toString(36).slice(2)}.tmp`;
      await mkdir(dirname(path), { recursive: true });
      const file = await open(temporary, 'wx');
      written.push({ path, temporary });
      try {
        await file.writeFile(bytes);
        await file.sync();
      } finally {
        await file.close();
      }
    }
    for (const { path, temporary } of written) await rename(temporary, path);
  } catch (error) {
    for (const { temporary } of written) await rm(temporary, { force: true });
    throw error;
  }
}

interface NodeModules {
  'node:fs/promises': typeof import('node:fs/promises');
  'node:path': typeof import('node:path');
}

// Through getBuiltinModule and not an import, so that bundlers for the browser find nothing to resolve.
function nodeModule<Name extends keyof NodeModules>(name: Name, folder: string, instead: string): NodeModules[Name] {
  if (typeof process === 'undefined' || !process.getBuiltinModule) {
    throw new WfdbError({ file: folder }, `writing needs Node (20.16 or later); in a browser use ${instead}`);
  }
  return process.getBuiltinModule(name) as unknown as NodeModules[Name];
}
