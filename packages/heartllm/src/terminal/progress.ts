import cliProgress from 'cli-progress';
import { duration } from './duration.ts';
import type { Terminal } from './terminal.ts';

/** How far a long piece of work is. */
export interface Progress {
  /** @param note a short remark, for instance the current loss */
  update(done: number, note?: string): void;
  stop(): void;
}

const LINES = 20;

/**
 * A bar where someone watches, at most twenty plain lines elsewhere; all of it on the error stream. Both tell how fast it
 * goes and how long it will take.
 *
 * @param from what was done before, of work that is gone on with
 */
export function progress(terminal: Terminal, label: string, total: number, from = 0): Progress {
  const started = performance.now();
  const paceAt = (done: number) => pace(done - from, total - done, (performance.now() - started) / 1000);
  return terminal.interactive ? bar(label, total, from, paceAt) : lines(terminal, label, total, paceAt);
}

/** Rate and time left, as the mean so far has it: steady over hours, pauses for validation included. '3.1/s, 2 min left' */
export function pace(done: number, left: number, seconds: number): string {
  if (done <= 0 || seconds <= 0) return '';
  const rate = done / seconds;
  const shown =
    rate >= 1 ? `${rate.toPrecision(2 + Math.floor(Math.log10(rate)))}/s` : `${(1 / rate).toPrecision(2)} s each`;
  return `${shown}, ${duration(left / rate)} left`;
}

type PaceAt = (done: number) => string;

function bar(label: string, total: number, from: number, paceAt: PaceAt): Progress {
  const drawn = new cliProgress.SingleBar({
    format: `${label} {bar} {value}/{total}  {pace}  {note}`,
    barCompleteChar: '#',
    barIncompleteChar: '.',
    barsize: 30,
    hideCursor: true,
    stream: process.stderr,
  });
  drawn.start(total, from, { note: '', pace: '' });
  return {
    update: (done, note = '') => drawn.update(done, { note, pace: paceAt(done) }),
    stop: () => drawn.stop(),
  };
}

function lines(terminal: Terminal, label: string, total: number, paceAt: PaceAt): Progress {
  let next = 0;
  return {
    update(done, note = '') {
      if (done < next && done < total) return;
      next = done + total / LINES;
      const remarks = [paceAt(done), note].filter(Boolean).map((remark) => `  ${remark}`);
      terminal.err(`${label} ${done}/${total}${remarks.join('')}\n`);
    },
    stop() {},
  };
}
