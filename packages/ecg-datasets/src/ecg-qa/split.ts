import type { Source } from '@heartllm/ecg-io';
import { DatasetError } from '../error.ts';
import { textOf } from '../tables/text.ts';

/**
 * The ECGs of one of ECG-QA's own parts, from train_ecgs.tsv, valid_ecgs.tsv or test_ecgs.tsv: a running number and an ECG
 * per line, no header.
 *
 * @param file path inside the source
 * @returns the data set's numbers of the ECGs, as `Identity.ecg` has them
 * @throws DatasetError for a line of another form
 */
export async function readEcgQaSplit(source: Source, file: string): Promise<Set<string>> {
  const ecgs = new Set<string>();
  let line = 0;
  let rest = '';
  const add = (text: string) => {
    line++;
    if (text.trim() === '') return;
    const ecg = /^\d+\t(\d+)\s*$/.exec(text)?.[1];
    if (ecg === undefined) throw new DatasetError({ file, line }, 'expected a number, a tab and the number of an ECG');
    ecgs.add(ecg);
  };
  for await (const text of textOf(source, file)) {
    const lines = (rest + text).split('\n');
    rest = lines.pop()!;
    for (const each of lines) add(each);
  }
  add(rest);
  return ecgs;
}
