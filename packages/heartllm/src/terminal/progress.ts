import cliProgress from 'cli-progress';
import type { Terminal } from './terminal.ts';

/** How far a long piece of work is. */
export interface Progress {
  /** @param note a short remark, for instance the current loss */
  update(done: number, note?: string): void;
  stop(): void;
}

const LINES = 20;

/** A bar where someone watches, at most twenty plain lines elsewhere; all of it on the error stream. */
export function progress(terminal: Terminal, label: string, total: number): Progress {
  if (!terminal.interactive) return lines(terminal, label, total);
  const bar = new cliProgress.SingleBar({
    format: `${label} {bar} {value}/{total}  {eta_formatted} left  {note}`,
    barCompleteChar: '#',
    barIncompleteChar: '.',
    barsize: 30,
    hideCursor: true,
    stream: process.stderr,
  });
  bar.start(total, 0, { note: '' });
  return {
    update: (done, note = '') => bar.update(done, { note }),
    stop: () => bar.stop(),
  };
}

function lines(terminal: Terminal, label: string, total: number): Progress {
  let next = 0;
  return {
    update(done, note = '') {
      if (done < next && done < total) return;
      next = done + total / LINES;
      terminal.err(`${label} ${done}/${total}${note ? `  ${note}` : ''}\n`);
    },
    stop() {},
  };
}
