import { orProblem, type ReaderOptions } from '../error.ts';
import type { CsvRow } from './csv-row.ts';

/** A column whose cells tell ECGs apart, and what stands in it once it is read. */
type Key<T> = readonly [column: string, of: (row: T) => string | number];

/**
 * The rows of a table as `toRow` makes them, no ECG and no recording twice: a second row would put it twice into the training set, with labels
 * that may differ. A row that is wrong, or has what a row before it has in one of the columns, goes to `onProblem`.
 */
export async function* uniqueRows<T>(
  table: AsyncIterable<CsvRow>,
  keys: readonly Key<T>[],
  toRow: (row: CsvRow) => T,
  options: ReaderOptions,
): AsyncGenerator<T> {
  const seen = keys.map(() => new Set<string | number>());
  for await (const csvRow of table) {
    const row = orProblem(() => {
      const made = toRow(csvRow);
      const again = keys.find(([, of], i) => seen[i].has(of(made)));
      if (again) throw csvRow.error(again[0], 'a value that no other row has');
      return made;
    }, options);
    if (row === undefined) continue;
    for (const [i, [, of]] of keys.entries()) seen[i].add(of(row));
    yield row;
  }
}
