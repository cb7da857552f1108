import { type FailureFields, failureFields, messageOf } from '../terminal/failure.ts';
import { progress } from '../terminal/progress.ts';
import type { Terminal } from '../terminal/terminal.ts';

/** From so many records on, progress is shown. */
const MANY = 10;

/** What came of several records. One that failed costs itself only. */
export interface EachRecord<T> {
  done: T[];
  failed: { record: string; error: FailureFields }[];
  /** Where any failed. */
  failure?: Error;
}

/**
 * Does the work for one path after the other. A failure is printed at once.
 *
 * @throws what the work throws, for a single path
 */
export async function forEachRecord<T>(
  terminal: Terminal,
  label: string,
  paths: string[],
  work: (path: string) => Promise<T>,
): Promise<EachRecord<T>> {
  if (paths.length === 1) return { done: [await work(paths[0])], failed: [] };
  const shown = paths.length >= MANY ? progress(terminal, label, paths.length) : undefined;
  const each: EachRecord<T> = { done: [], failed: [] };
  try {
    for (const [i, record] of paths.entries()) {
      try {
        each.done.push(await work(record));
      } catch (error) {
        each.failed.push({ record, error: failureFields(error) });
        terminal.err(`left out: ${messageOf(error)}\n`);
      }
      shown?.update(i + 1);
    }
  } finally {
    shown?.stop();
  }
  const { length } = each.failed;
  if (length > 0)
    each.failure = new Error(`${length === paths.length ? 'all' : length} of ${paths.length} records failed`);
  return each;
}
