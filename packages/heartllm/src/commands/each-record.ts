import { progress } from '../terminal/progress.ts';
import type { Terminal } from '../terminal/terminal.ts';

/** From so many records on, it is worth telling how far it is. */
const MANY = 10;

/** Does the work for one path after the other and tells the progress where there are many. */
export async function forEachRecord<T>(
  terminal: Terminal,
  label: string,
  paths: string[],
  work: (path: string) => Promise<T>,
): Promise<T[]> {
  const shown = paths.length >= MANY ? progress(terminal, label, paths.length) : undefined;
  const results: T[] = [];
  try {
    for (const path of paths) {
      results.push(await work(path));
      shown?.update(results.length);
    }
  } finally {
    shown?.stop();
  }
  return results;
}
