import { Generator } from '@heartllm/backend';
import type { PtbXlRow } from '@heartllm/ecg-datasets';
import { readRecord, type Source } from '@heartllm/ecg-io';
import type { EcgTokenizer } from '@heartllm/fsq-tokenizer';
import type { EcgInput } from '../results.ts';
import { progress } from '../terminal/progress.ts';
import type { Terminal } from '../terminal/terminal.ts';
import { turned } from './views.ts';

/** A recording as it is (view 0), or turned round by a random time. */
export interface View {
  row: PtbXlRow;
  view: number;
}

/** ECGs by ecg_id, one for each view. */
export type Views = Map<number, EcgInput[]>;

/** So many views of each recording. */
export function viewsOf(rows: PtbXlRow[], count: number): View[] {
  return rows.flatMap((row) => Array.from({ length: count }, (_, view) => ({ row, view })));
}

/**
 * Codes of recordings, and the points they were rounded from; the seed decides how they are turned.
 *
 * @throws the first recording's error that cannot be tokenized
 */
export async function tokenizeViews(
  tokenizer: EcgTokenizer,
  wanted: View[],
  source: Source,
  seed: number,
  terminal: Terminal,
): Promise<Required<EcgInput>[]> {
  const read = async ({ row, view }: View) => {
    const record = await readRecord(source, row.filename500);
    return view === 0 ? record : turned(record, new Generator(`${seed}/view/${view}/${row.ecgId}`));
  };
  const ecgs: Required<EcgInput>[] = [];
  const bar = progress(terminal, 'tokenizing', wanted.length);
  try {
    for await (const result of tokenizer.encodeEach(wanted, { read })) {
      if ('error' in result) throw result.error;
      const { codes, points } = result;
      ecgs.push({ codes, points });
      bar.update(ecgs.length);
    }
  } finally {
    bar.stop();
  }
  return ecgs;
}
