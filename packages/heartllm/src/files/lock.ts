import { randomUUID } from 'node:crypto';
import { readFileSync, rmSync } from 'node:fs';
import { open, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { setTimeout as pause } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import { FileError, isMissing } from '@heartllm/source';
import { type Holder, isRunning, nameOf, thisProcess } from './holder.ts';

/** A holder gives a sign of life so often; on another machine it is taken for gone after so long without one. In ms. */
const BEAT = 10_000;
const SILENCE = 60_000;
/** A lock that is being written is whole within a moment. In ms. */
const MOMENT = 500;
/** Between two looks of who waits. In ms. */
const LOOK = 50;

/** Another process writes there. */
export class HeldError extends FileError {
  override readonly name: string = 'HeldError';
  readonly holder: Holder;

  constructor(file: string, holder: Holder, advice: string) {
    super({ file }, `is being written by ${nameOf(holder)}${advice}`);
    this.holder = holder;
  }
}

interface Lock extends Holder {
  /** Tells this lock from any other. */
  token: string;
}

/** How a lock is taken. */
export interface LockOptions {
  /** What is locked, for messages. */
  name: string;
  /** Wait until it is free, instead of an error. */
  wait?: boolean;
}

/**
 * Does work that one process at a time may do. The lock is a file that says who holds it; one that a killed process left is recognised, on this
 * machine by the process, on another by the missing signs of life, and taken over.
 *
 * @param path of the lock, in a folder that exists
 * @throws HeldError naming the process that holds it; what `work` and the file system throw
 */
export async function withLock<T>(path: string, options: LockOptions, work: () => Promise<T>): Promise<T> {
  const lock: Lock = { ...thisProcess(), token: randomUUID() };
  while (!(await create(path, lock))) {
    const error = await clearStale(path, options.name);
    if (error && !options.wait) throw error;
    if (error) await pause(LOOK);
  }
  const release = () => {
    if (tokenIn(path) === lock.token) rmSync(path, { force: true });
  };
  process.on('exit', release); // also where a second signal ends the process at once
  const signs = signsOfLife(path);
  try {
    return await work();
  } finally {
    await signs.terminate();
    process.off('exit', release);
    release();
  }
}

/** O_EXCL: of several processes one makes it, on network file systems too. */
async function create(path: string, lock: Lock): Promise<boolean> {
  try {
    await writeFile(path, JSON.stringify(lock), { flag: 'wx' });
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

/** Takes away the lock of a process that is gone. @returns an error where it is not, or may not be */
async function clearStale(path: string, name: string): Promise<HeldError | undefined> {
  const found = await read(path);
  if (found === 'absent') return undefined;
  if (found !== 'damaged') {
    const running = isRunning(found);
    const silence = running === undefined ? await silenceOf(path) : 0;
    if (running || (running === undefined && silence < SILENCE))
      return new HeldError(name, found, advice(running, silence));
  }
  // Moved before it is removed, since another process may have taken over in the meantime: its lock is put back.
  const moved = `${path}.${randomUUID()}.tmp`;
  try {
    await rename(path, moved);
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
  const taken = await read(moved);
  if (taken === 'absent') return undefined;
  const isSame = found === 'damaged' ? taken === found : typeof taken === 'object' && taken.token === found.token;
  if (!isSame) await rename(moved, path);
  await rm(moved, { force: true });
  return undefined;
}

function advice(running: boolean | undefined, silence: number): string {
  if (running) return '';
  return `, whose last sign of life was ${Math.round(silence / 1000)} s ago; if it is gone, try again after ${SILENCE / 1000} s`;
}

/** A lock without its whole text is being written now, or was when its process was killed. */
async function read(path: string): Promise<Lock | 'absent' | 'damaged'> {
  for (const begun = Date.now(); ; await pause(LOOK)) {
    try {
      const lock = JSON.parse(await readFile(path, 'utf8')) as Partial<Lock> | null;
      const texts = [lock?.host, lock?.started, lock?.since, lock?.token];
      if (Number.isInteger(lock?.pid) && texts.every((text) => typeof text === 'string')) return lock as Lock;
    } catch (error) {
      if (isMissing(error)) return 'absent';
      if (!(error instanceof SyntaxError)) throw error;
    }
    if (Date.now() - begun > MOMENT) return 'damaged';
  }
}

function tokenIn(path: string): string | undefined {
  try {
    return (JSON.parse(readFileSync(path, 'utf8')) as Lock).token;
  } catch {
    return undefined;
  }
}

/** Since the last sign of life, in ms, by the clock of the file system: that of another machine may be off. */
async function silenceOf(path: string): Promise<number> {
  const trial = `${path}.${randomUUID()}.tmp`;
  const file = await open(trial, 'wx');
  try {
    const { mtimeMs } = await file.stat();
    return mtimeMs - (await stat(path)).mtimeMs;
  } catch (error) {
    if (isMissing(error)) return SILENCE; // it was released in the meantime
    throw error;
  } finally {
    await file.close();
    await rm(trial, { force: true });
  }
}

/**
 * Writes the lock again and again, to the same text, so that its time of change is the file system's. From a thread, because a training step may
 * take minutes, and through one open file, so that a lock that was taken over is not touched.
 */
function signsOfLife(path: string): Worker {
  const script = `
    const { openSync, readFileSync, writeSync } = require('node:fs');
    const { workerData: { path, beat } } = require('node:worker_threads');
    try {
      const file = openSync(path, 'r+');
      const text = readFileSync(file);
      setInterval(() => { try { writeSync(file, text, 0, text.length, 0); } catch {} }, beat);
    } catch {}`;
  const worker = new Worker(script, { eval: true, workerData: { path, beat: BEAT }, execArgv: [] });
  worker.on('error', () => undefined); // without signs of life the lock holds on this machine all the same
  worker.unref();
  return worker;
}
