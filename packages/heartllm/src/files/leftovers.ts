import { lstat, readdir, rename, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { isMissing } from '@heartllm/source';

/** What the runs that write a model folder keep beside it. */
const BESIDE = '(?:checkpoint(?:\\.previous)?|codes)\\.safetensors|log\\.jsonl|report\\.html';
/** As `writeFileAtomic` names its files before they are whole. */
const TEMPORARY = '\\.(\\d+)-[\\w-]+\\.tmp';

/** The name of a folder beside another one, on its way to become it ('tmp') or replaced by it ('old'). */
export function besideFolder(folder: string, id: string, kind: 'tmp' | 'old'): string {
  return join(dirname(folder), `.${basename(folder)}.${id}.${kind}`);
}

/**
 * Removes what a killed command left beside a folder: temporary files of checkpoint, codes, log and report, and temporary folders. A folder that was
 * about to be replaced takes its place again. Only for who holds the folder's lock.
 */
export async function settleFolder(folder: string): Promise<void> {
  const [parent, name] = [dirname(folder), basename(folder)];
  const names = await namesIn(parent);
  const file = new RegExp(`^${escaped(name)}\\.(?:${BESIDE})${TEMPORARY}$`);
  const half = new RegExp(`^\\.${escaped(name)}\\.[\\w-]+\\.(?:tmp|old)$`);
  for (const found of names.filter((each) => file.test(each) || half.test(each)).sort(oldFirst)) {
    if (found.endsWith('.old') && !names.includes(name)) {
      await rename(join(parent, found), folder);
      names.push(name);
    } else await rm(join(parent, found), { recursive: true, force: true });
  }
}

/** Whether a folder that is not there was about to be replaced. */
export async function isWaitingToBePutBack(folder: string): Promise<boolean> {
  const [names, name] = [await namesIn(dirname(folder)), basename(folder)];
  if (names.includes(name)) return false;
  const old = new RegExp(`^\\.${escaped(name)}\\.[\\w-]+\\.old$`);
  return names.some((found) => old.test(found));
}

/**
 * Removes what `writeFileAtomic` left of a file, or of all files of a folder, when its process was killed.
 *
 * @param options.ofTheDead leave what another process that runs here is writing: for who holds no lock
 */
export async function settleFiles(folder: string, name?: string, { ofTheDead = false } = {}): Promise<void> {
  const temporary = new RegExp(`^${name === undefined ? '.+' : escaped(name)}${TEMPORARY}$`);
  for (const found of await namesIn(folder)) {
    const [, pid] = temporary.exec(found) ?? [];
    if (pid === undefined || (ofTheDead && isOfAnother(Number(pid)))) continue;
    const path = join(folder, found);
    const isFile = (await unlessMissing(lstat(path)))?.isFile(); // folders on their way are settleFolder's
    if (isFile) await rm(path, { force: true });
  }
}

/** A folder to be put back comes before anything is removed. */
function oldFirst(a: string, b: string): number {
  return Number(b.endsWith('.old')) - Number(a.endsWith('.old'));
}

/** Whether it is another process that runs. */
function isOfAnother(pid: number): boolean {
  if (pid === process.pid) return false;
  try {
    process.kill(pid, 0); // signal 0 is sent to nobody
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== 'ESRCH';
  }
}

/** A name as a pattern that matches nothing else. */
function escaped(name: string): string {
  return name.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}

async function namesIn(folder: string): Promise<string[]> {
  return (await unlessMissing(readdir(folder))) ?? [];
}

async function unlessMissing<T>(work: Promise<T>): Promise<T | undefined> {
  try {
    return await work;
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
}
