import type { Annotations } from './annotations.ts';

/** One wave of a heart beat; all values as {@link Annotations.sample} counts, in samples from the start of the record. */
export interface WaveInterval {
  /** Told by the symbol of the peak: 'p', 't', 'u', or a beat's. */
  wave: 'P' | 'QRS' | 'T' | 'U';
  /** First sample of the wave; undefined where the file gives none. */
  onset?: number;
  /** Where the peak's mark is; in some of LUDB's files one to three samples outside of the boundaries. */
  peak: number;
  /** Last sample of the wave; undefined where the file gives none. */
  offset?: number;
}

const WAVES: ReadonlyMap<string, WaveInterval['wave']> = new Map([
  ['p', 'P'],
  ['t', 'T'],
  ['u', 'U'],
  ...Array.from('NLRBAaJSVrFejnE/fQ?', (beat) => [beat, 'QRS'] as const),
]);

/**
 * The waves that a delineation marks with `(` onset, `p` / `N` / `t` / `u` peak, `)` offset, as LUDB has them, one file per lead; in order
 * of time. Any beat symbol is the peak of a QRS complex. Every peak gives an interval, with the boundaries right beside it; boundaries
 * without a peak give none.
 *
 * ```ts
 * const [first] = waveIntervals(await readAnnotations(source, 'data/1', 'ii'));
 * first; // { wave: 'QRS', onset: 644, peak: 662, offset: 682 }
 * ```
 *
 * @param annotations of one lead or several; marks belong together where they are of the same `chan`
 */
export function waveIntervals({
  sample,
  symbol,
  chan,
}: Pick<Annotations, 'sample' | 'symbol' | 'chan'>): WaveInterval[] {
  const marks = symbol.flatMap((mark, i) => (mark === '(' || mark === ')' || WAVES.has(mark) ? [i] : []));
  const leads = [...new Set(marks.map((i) => chan[i]))].map((lead) => marks.filter((i) => chan[i] === lead));
  return leads
    .flatMap((lead) => leadIntervals(lead.map((i) => ({ at: sample[i], mark: symbol[i] }))))
    .sort((a, b) => a.peak - b.peak);
}

function leadIntervals(marks: { at: number; mark: string }[]): WaveInterval[] {
  /** Where the mark at index i lies, if it is the one expected. */
  const find = (i: number, mark: string) => (marks[i]?.mark === mark ? marks[i].at : undefined);
  return marks.flatMap(({ at, mark }, i) => {
    const wave = WAVES.get(mark);
    if (!wave) return [];
    const onset = find(i - 1, '(');
    const offset = find(i + 1, ')');
    if (onset !== undefined || offset !== undefined) return [{ wave, onset, peak: at, offset }];
    const beside =
      closeBy(at, find(i + 1, '('), find(i + 2, ')')) ?? closeBy(at, find(i - 2, '('), find(i - 1, ')')) ?? {};
    return [{ wave, onset: undefined, offset: undefined, ...beside, peak: at }];
  });
}

/** LUDB puts some peaks one to three samples outside their own boundaries: within a tenth of the wave's length these still belong to it. */
function closeBy(peak: number, onset: number | undefined, offset: number | undefined) {
  if (onset === undefined || offset === undefined) return undefined;
  const gap = peak < onset ? onset - peak : peak - offset;
  return gap <= (offset - onset) / 10 ? { onset, offset } : undefined;
}
