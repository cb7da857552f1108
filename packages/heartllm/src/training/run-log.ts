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
    const lines = (await readFile(this.path, 'utf8')).trimEnd().split('\n');
    return lines.map((line) => JSON.parse(line) as TrainingEvent);
  }

  /** The lines of the steps up to one. */
  async #upTo(step: number): Promise<string> {
    const text = await readFile(this.path, 'utf8').catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return '';
      throw error;
    });
    const kept = text.split('\n').filter((line) => isUpTo(line, step));
    return kept.map((line) => `${line}\n`).join('');
  }
}

/** The last line of a run that was killed may be cut off. */
function isUpTo(line: string, step: number): boolean {
  try {
    return (JSON.parse(line) as TrainingEvent).step <= step;
  } catch {
    return false;
  }
}
