import { readFileSync, readlinkSync } from 'node:fs';
import { hostname } from 'node:os';

/** A process as another one can recognise it. */
export interface Holder {
  pid: number;
  /** Its machine, and where there are containers the one of its pids. */
  host: string;
  /** When it was started, as the kernel counts it: another process may get the pid later. Empty where that cannot be known. */
  started: string;
  /** When it took hold, ISO 8601. */
  since: string;
}

/** This process. */
export function thisProcess(): Holder {
  return { pid: process.pid, host: hostOf(), started: startOf(process.pid) ?? '', since: new Date().toISOString() };
}

/**
 * Whether a process still runs.
 *
 * @returns undefined for one on another machine or in another container, which cannot be asked
 */
export function isRunning({ pid, host, started }: Holder): boolean | undefined {
  if (host !== hostOf()) return undefined;
  try {
    process.kill(pid, 0); // signal 0 is sent to nobody
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ESRCH') return false;
  }
  const now = startOf(pid);
  return started === '' || now === undefined || now === started;
}

/** For people. */
export function nameOf({ pid, host, since }: Holder): string {
  return `process ${pid} on ${host.split(' ')[0]} since ${since}`;
}

function hostOf(): string {
  return [hostname(), ...of(() => readlinkSync('/proc/self/ns/pid'))].join(' ');
}

/** On Linux: the boot, and the clock ticks from it to the process's start (field 22 of proc(5)'s stat). */
function startOf(pid: number): string | undefined {
  const [stat] = of(() => readFileSync(`/proc/${pid}/stat`, 'utf8'));
  const [boot] = of(() => readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim());
  // the name in field 2 may hold anything, brackets and spaces too
  const ticks = stat?.slice(stat.lastIndexOf(')') + 2).split(' ')[19];
  return ticks && boot && `${boot} ${ticks}`;
}

/** What the system tells, if it does. */
function of(read: () => string): string[] {
  try {
    return [read()];
  } catch {
    return [];
  }
}
