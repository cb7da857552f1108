import { type ChildProcess, spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const SCRIPT = `import { main } from ${JSON.stringify(new URL('../../src/cli.ts', import.meta.url).href)};
await main(process.argv.slice(1));`;

/** Node's arguments for the command line; sources instead of dist, so that no build is needed. */
export const NODE = [
  '--conditions=heartllm-src',
  '--import',
  import.meta.resolve('tsx'),
  '--input-type=module',
  '--eval',
  SCRIPT,
  '--',
];

/** A process's end: -1 for one that was killed. */
export interface Ended {
  code: number;
  out: string;
  err: string;
}

/** How a process is run. */
export interface ProcessOptions {
  env?: Record<string, string>;
  /** May do something to it on the way. */
  started?: (child: ChildProcess) => void;
  /** A file or pipe in the place of its standard output. */
  stdout?: number;
}

/** Runs a command to its end. */
export function runProcess(
  command: string,
  argv: string[],
  { env = {}, started, stdout }: ProcessOptions = {},
): Promise<Ended> {
  return new Promise((resolve, reject) => {
    const cwd = fileURLToPath(new URL('.', import.meta.url));
    const child = spawn(command, argv, {
      cwd,
      env: { ...process.env, ...env },
      stdio: ['ignore', stdout ?? 'pipe', 'pipe'],
    });
    let out = '';
    let err = '';
    child.stdout?.on('data', (text) => {
      out += text;
    });
    child.stderr?.on('data', (text) => {
      err += text;
    });
    child.on('error', reject);
    child.on('close', (code) => resolve({ code: code ?? -1, out, err }));
    started?.(child);
  });
}

/** The command line as a process of its own. */
export function heartllm(...argv: string[]): Promise<Ended> {
  return runProcess(process.execPath, [...NODE, ...argv]);
}
