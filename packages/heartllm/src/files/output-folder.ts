import { mkdir } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { isWaitingToBePutBack, settleFolder } from './leftovers.ts';
import { HeldError, withLock } from './lock.ts';
import { notWritable } from './output-file.ts';
import { realFolder } from './real-folder.ts';
import { isHalfChanged, settleParts } from './replace-part.ts';

/** Where nothing may be made. */
const DENIED = ['EACCES', 'EPERM', 'EROFS'];

/**
 * Does work that writes a model folder, and files beside it: one process at a time, and after what a killed one left is in order again.
 *
 * @throws HeldError where another process writes there; FileError where nothing can be written there; what `work` throws
 */
export async function inOutputFolder<T>(folder: string, work: () => Promise<T>): Promise<T> {
  const target = await mkdir(dirname(resolve(folder)), { recursive: true })
    .then(() => realFolder(folder))
    .catch((error) => {
      throw notWritable(folder, error);
    });
  let isHeld = false;
  const settled = async () => {
    isHeld = true;
    await settleFolder(target);
    await settleParts(target);
    return work();
  };
  const place = { name: folder };
  try {
    return await withLock(`${target}.lock`, place, settled);
  } catch (error) {
    const { code = '' } = error as NodeJS.ErrnoException;
    if (isHeld || error instanceof HeldError || code === '') throw error;
    if (!DENIED.includes(code)) throw notWritable(folder, error);
    // a mounted volume, beside which nothing may be made
    return withLock(join(target, '.lock'), place, settled).catch((inside) => {
      throw isHeld || inside instanceof HeldError ? inside : notWritable(folder, error);
    });
  }
}

/** Puts a model folder in order that a killed command left, if no other process is at work on it, for who only reads it. */
export async function settleForReading(folder: string): Promise<void> {
  const target = await realFolder(folder).catch(() => undefined); // reading it says what is wrong
  if (target === undefined) return;
  if (!(await isWaitingToBePutBack(target)) && !(await isHalfChanged(target))) return;
  await inOutputFolder(folder, async () => undefined).catch(() => undefined);
}
