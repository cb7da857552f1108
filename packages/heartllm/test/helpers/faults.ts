import { createRequire, syncBuiltinESMExports } from 'node:module';

const fs: Record<string, (...args: unknown[]) => Promise<unknown>> = createRequire(import.meta.url)('node:fs/promises');
const CHANGING = ['rename', 'rm', 'mkdir', 'writeFile', 'copyFile', 'cp', 'open'];

/**
 * Does work in which the file system fails.
 *
 * @param fails whether a call fails, by its number from 0: of all that change something, or open a file
 * @returns how many calls there were
 */
export async function withFaults(fails: (call: number) => boolean, work: () => Promise<unknown>): Promise<number> {
  const original = { ...fs };
  let calls = 0;
  for (const name of CHANGING) {
    fs[name] = async (...args) => {
      if (fails(calls++)) {
        const message = `EIO: i/o error, ${name} '${args.filter((arg) => typeof arg === 'string').join("' -> '")}'`;
        throw Object.assign(new Error(message), { code: 'EIO' });
      }
      return original[name](...args);
    };
  }
  syncBuiltinESMExports();
  try {
    await work();
  } finally {
    Object.assign(fs, original);
    syncBuiltinESMExports();
  }
  return calls;
}
