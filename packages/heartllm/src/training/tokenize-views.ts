import { Generator } from '@heartllm/backend';
import type { PtbXlRow } from '@heartllm/ecg-datasets';
import { readRecord, type Source } from '@heartllm/ecg-io';
import type { EcgTokenizer } from '@heartllm/fsq-tokenizer';
import { progress } from '../terminal/progress.ts';
import type { Terminal } from '../terminal/terminal.ts';
import { turned } from './views.ts';

/** Codes by ecg_id, one set per view of the ECG. */
export type Views = Map<number, Int32Array[]>;

/**
 * Codes of recordings: the first view of each as it is, every other turned round by a random time.
 *
 * @throws the first recording's error that cannot be tokenized
 */
export async function tokenizeViews(
  tokenizer: EcgTokenizer,
  rows: PtbXlRow[],
  source: Source,
  { views: count, seed }: { views: number; seed: number },
  terminal: Terminal,
): Promise<Views> {
  async function* records() {
    for (let view = 0; view < count; view++) {
      const generator = new Generator(`${seed}/view/${view}`);
      for (const row of rows) {
        const record = await readRecord(source, row.filename500);
        yield view === 0 ? record : turned(record, generator);
      }
    }
  }
  const views: Views = new Map(rows.map((row) => [row.ecgId, []]));
  if (!rows.length) return views;
  const bar = progress(terminal, 'tokenizing', count * rows.length);
  let done = 0;
  try {
    for await (const result of tokenizer.encodeEach(records())) {
      if ('error' in result) throw result.error;
      const { index, codes } = result;
      views.get(rows[index % rows.length].ecgId)![Math.floor(index / rows.length)] = codes;
      bar.update(++done);
    }
  } finally {
    bar.stop();
  }
  return views;
}
