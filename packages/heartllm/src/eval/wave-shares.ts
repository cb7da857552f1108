import { readAnnotations, type Source, type WaveInterval, waveIntervals } from '@heartllm/ecg-io';

/** What a moment of a beat is: a wave, the ST segment (from QRS complex to T wave), or anything else. */
export const PARTS = ['P', 'QRS', 'ST', 'T', 'rest'] as const;
export type Part = (typeof PARTS)[number];

/** Between these codes all of an ECG is annotated. */
export interface WaveShares {
  from: number;
  to: number;
  /** Of each code between them how much is of which part, over all leads and samples; they sum to 1. [to - from] */
  shares: Record<Part, Float64Array>;
}

const UNKNOWN = 255;
/** From QRS complex to T wave there is no more. */
const LONGEST_ST_SECONDS = 0.4;

/**
 * The annotated waves of a record by code. LUDB has a file per lead, and leaves the first and the last beat out.
 *
 * @param samplesPerCode 16
 * @returns undefined where no two leads have annotations of the same time
 * @throws WfdbError for annotations that are missing or damaged
 */
export async function readWaveShares(
  source: Source,
  path: string,
  leads: readonly string[],
  { codes, samplesPerCode, fs }: { codes: number; samplesPerCode: number; fs: number },
): Promise<WaveShares | undefined> {
  const perLead = await Promise.all(
    leads.map(async (lead) => {
      const annotations = await readAnnotations(source, path, lead.toLowerCase());
      return partsOf(waveIntervals(annotations), codes * samplesPerCode, fs);
    }),
  );
  return waveShares(perLead, codes, samplesPerCode);
}

/**
 * What each sample of a lead is: its place in {@link PARTS}; 255 before the first wave and after the last.
 *
 * @param waves in order of time; one without both boundaries is left out
 */
export function partsOf(waves: readonly WaveInterval[], samples: number, fs: number): Uint8Array {
  const parts = new Uint8Array(samples).fill(UNKNOWN);
  const whole = waves.flatMap(({ wave, onset, offset }) =>
    onset !== undefined && offset !== undefined ? [{ wave, onset, offset }] : [],
  );
  if (whole.length === 0) return parts;
  const last = whole.reduce((end, { offset }) => Math.max(end, offset), 0);
  parts.fill(PARTS.indexOf('rest'), whole[0].onset, last + 1);
  for (const [i, { wave, onset, offset }] of whole.entries()) {
    const next = whole[i + 1];
    if (wave === 'QRS' && next?.wave === 'T' && next.onset - offset <= LONGEST_ST_SECONDS * fs) {
      parts.fill(PARTS.indexOf('ST'), offset + 1, next.onset);
    }
    const part = (PARTS as readonly string[]).indexOf(wave);
    if (part >= 0) parts.fill(part, onset, offset + 1);
  }
  return parts;
}

/** @param perLead the parts of every lead's samples */
export function waveShares(
  perLead: readonly Uint8Array[],
  codes: number,
  samplesPerCode: number,
): WaveShares | undefined {
  const counts = Array.from({ length: codes }, (_, code) => {
    const of = new Array<number>(PARTS.length).fill(0);
    for (const parts of perLead) {
      for (const part of parts.subarray(code * samplesPerCode, (code + 1) * samplesPerCode)) {
        if (part !== UNKNOWN) of[part]++;
      }
    }
    return of;
  });
  const totals = counts.map((of) => of.reduce((sum, count) => sum + count, 0));
  const known = totals.map((total) => total > (perLead.length * samplesPerCode) / 2);
  const [from, to] = [known.indexOf(true), known.lastIndexOf(true) + 1];
  if (from < 0) return undefined;
  const share = (part: number) =>
    Float64Array.from({ length: to - from }, (_, i) => counts[from + i][part] / (totals[from + i] || 1));
  return { from, to, shares: Object.fromEntries(PARTS.map((part, i) => [part, share(i)])) as WaveShares['shares'] };
}
