import { appendFile, readFile } from 'node:fs/promises';
import { writeFileAtomic } from '@heartllm/source';
import type { TrainingEvent } from '@heartllm/training';

/** Where the log of the run that writes the folder `out` lies: beside it. */
export const logPath = (out: string): string => `${out.replace(/\/+$/, '')}.log.jsonl`;

/**
 * The log of a training run: every event as a line of JSON. A run that goes on from a checkpoint goes on with its log, of
 * which what came after the checkpoint is dropped, as those steps are taken again.
 */
export class RunLog {
  readonly path: string;

  constructor(out: string) {
    this.path = logPath(out);
  }

  async write(event: TrainingEvent): Promise<void> {
    const line = `${JSON.stringify(event)}\n`;
    if (event.type !== 'start') await appendFile(this.path, line);
    else await writeFileAtomic(this.path, event.resumed ? (await this.#upTo(event.step)) + line : line);
  }

  /** What the log holds. */
  async read(): Promise<TrainingEvent[]> {
    return (await this.#lines()).map(({ event }) => event);
  }

  /** The lines of the steps up to one. */
  async #upTo(step: number): Promise<string> {
    const kept = (await this.#lines()).filter(({ event }) => event.step <= step);
    return kept.map(({ line }) => `${line}\n`).join('');
  }

  /** Without those that are no events: the last line of a run that was killed may be cut off. */
  async #lines(): Promise<{ line: string; event: TrainingEvent }[]> {
    const text = await readFile(this.path, 'utf8').catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return '';
      throw error;
    });
    return text.split('\n').flatMap((line) => {
      const event = parse(line);
      return event ? [{ line, event }] : [];
    });
  }
}

function parse(line: string): TrainingEvent | undefined {
  try {
    const event = JSON.parse(line) as TrainingEvent | null;
    return Number.isFinite(event?.step) ? event! : undefined;
  } catch {
    return undefined;
  }
}
