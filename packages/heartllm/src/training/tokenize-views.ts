import { Generator } from '@heartllm/backend';
import type { PtbXlRow } from '@heartllm/ecg-datasets';
import { readRecord, type Source } from '@heartllm/ecg-io';
import type { EcgTokenizer } from '@heartllm/fsq-tokenizer';
import { failureOf, UNREAD } from '../corpus/failure.ts';
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

/** Codes of views, and what became of those that have none. */
export interface TokenizedViews {
  /** By place among the wanted views; a recording that cannot be tokenized has no place. */
  ecgs: Map<number, Required<EcgInput>>;
  failures: string[];
}

/** How views are tokenized. */
export interface TokenizeViewsOptions {
  source: Source;
  /** Decides how they are turned. */
  seed: number;
  /** Ends it between two of them. */
  signal: AbortSignal;
}

/**
 * Codes of recordings, and the points they were rounded from. A recording that is damaged or does not fit costs itself only.
 *
 * @throws what is no recording's fault, as that a file cannot be read now; what the signal was aborted with
 */
export async function tokenizeViews(
  tokenizer: EcgTokenizer,
  wanted: View[],
  { source, seed, signal }: TokenizeViewsOptions,
  terminal: Terminal,
): Promise<TokenizedViews> {
  const read = async ({ row, view }: View) => {
    const record = await readRecord(source, row.filename500);
    return view === 0 ? record : turned(record, new Generator(`${seed}/view/${view}/${row.ecgId}`));
  };
  const ecgs = new Map<number, Required<EcgInput>>();
  const failures: string[] = [];
  const bar = progress(terminal, 'tokenizing', wanted.length);
  let place = 0;
  try {
    for await (const result of tokenizer.encodeEach(wanted, { read })) {
      signal.throwIfAborted();
      if ('error' in result) {
        const failure = failureOf(result.error, result.item.row.filename500);
        if (failure === UNREAD) throw result.error;
        if (result.item.view === 0) failures.push(`left out: ${failure}`);
      } else ecgs.set(place, { codes: result.codes, points: result.points });
      bar.update(++place);
    }
  } finally {
    bar.stop();
  }
  return { ecgs, failures };
}
