import type { Terminal } from './terminal.ts';

/** The process's own streams. */
export interface ProcessTerminal extends Terminal {
  /** Waits until everything is written. @returns whether all results were; where they were not, the error stream has been told */
  close(): Promise<boolean>;
}

/** Writes to the process's streams, and notices where that fails: a full disk, a reader that is gone. */
export function processTerminal(): ProcessTerminal {
  let lost: NodeJS.ErrnoException | undefined;
  const { stdout, stderr } = process;
  stdout.on('error', (error) => {
    lost ??= error;
  });
  stderr.on('error', () => undefined); // there is nowhere to say it, and work of hours must not end for it
  return {
    out: (text) => stdout.write(text),
    err: (text) => stderr.write(text),
    interactive: Boolean(stderr.isTTY),
    columns: Math.min(stdout.columns ?? 100, 120),
    async close() {
      lost ??= await flush(stdout);
      if (lost) stderr.write(`heartllm: the result could not be written to standard output: ${reasonOf(lost)}\n`);
      await flush(stderr);
      return lost === undefined;
    },
  };
}

function reasonOf({ code, message }: NodeJS.ErrnoException): string {
  if (code === 'EPIPE') return 'whoever reads it has closed it (EPIPE)';
  return code === 'ENOSPC' ? 'no space is left (ENOSPC)' : message;
}

/** Waits for the end of writing. @returns what was in its way */
function flush(stream: NodeJS.WriteStream): Promise<Error | undefined> {
  return new Promise((resolve) => stream.write('', (error) => resolve(error ?? undefined)));
}
