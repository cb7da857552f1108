import { Generator } from '@heartllm/backend';
import type { PtbXlRow } from '@heartllm/ecg-datasets';
import { readRecord, type Source } from '@heartllm/ecg-io';
import type { EcgTokenizer } from '@heartllm/fsq-tokenizer';
import { progress } from '../terminal/progress.ts';
import type { Terminal } from '../terminal/terminal.ts';
import { turned } from './views.ts';

/** A recording as it is (view 0), or turned round by a random time. */
export interface View {
  row: PtbXlRow;
  view: number;
}

/** Codes by ecg_id, one set per view of the ECG. */
export type Views = Map<number, Int32Array[]>;

/** So many views of each recording. */
export function viewsOf(rows: PtbXlRow[], count: number): View[] {
  return rows.flatMap((row) => Array.from({ length: count }, (_, view) => ({ row, view })));
}

/**
 * Codes of recordings; the seed decides how they are turned.
 *
 * @throws the first recording's error that cannot be tokenized
 */
export async function tokenizeViews(
  tokenizer: EcgTokenizer,
  wanted: View[],
  source: Source,
  seed: number,
  terminal: Terminal,
): Promise<Int32Array[]> {
  async function* records() {
    for (const { row, view } of wanted) {
      const record = await readRecord(source, row.filename500);
      yield view === 0 ? record : turned(record, new Generator(`${seed}/view/${view}/${row.ecgId}`));
    }
  }
  const codes: Int32Array[] = [];
  const bar = progress(terminal, 'tokenizing', wanted.length);
  try {
    for await (const result of tokenizer.encodeEach(records())) {
      if ('error' in result) throw result.error;
      codes[result.index] = result.codes;
      bar.update(result.index + 1);
    }
  } finally {
    bar.stop();
  }
  return codes;
}
