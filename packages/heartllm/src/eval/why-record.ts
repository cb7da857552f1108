import type { LanguageModel } from '../language-model.ts';
import type { AskedText } from '../why/asked-text.ts';
import type { Explanation } from '../why/explain.ts';
import { maskedLogProbabilities } from '../why/occlusion.ts';
import type { Stretch } from '../why/windows.ts';
import { byPart, type MaskingChanges, type PartShares, sharesOf } from './score-why.ts';
import { ASKED_PARTS, type AskedPart } from './wave-questions.ts';
import { PARTS, type Part, type WaveShares } from './wave-shares.ts';

/** Where one map of an ECG lies: attention of a layer, rolled out, or occlusion. */
export interface MapShares {
  /** Sum over all codes of the ECG. */
  total: number;
  /** Of its mass over the annotated codes the share on each part; absent where there is none. */
  mass?: Record<Part, number>;
  /** The same with the map turned round in time. */
  turned?: Record<Part, number>;
}

/** Why one question about a record was answered as it was, against the record's waves. */
export interface WhyAsked {
  part: AskedPart;
  /** Whether the answer was yes. */
  yes: boolean;
  /** By name: 'rollout', 'layer 1' and so on, 'occlusion' (nothing below 0). */
  maps: Record<string, MapShares>;
  agreement: number | null;
  /** Of parts that the record has: how log p of the answer changes when they are masked, and when others are instead. */
  masked: Partial<Record<AskedPart, number>>;
  turned: Partial<Record<AskedPart, number>>;
}

/** All that was asked about a record. */
export interface WhyRecord {
  /** Share of the annotated time. */
  time: Record<Part, number>;
  asked: WhyAsked[];
}

/** A record's waves, and by how many codes its maps and maskings are turned round for control. */
export interface Turned {
  waves: WaveShares;
  turn: number;
}

/** Shares of the annotated time. */
export function timeShares({ from, to, shares }: WaveShares): Record<Part, number> {
  return byPart(PARTS, (part) => shares[part].reduce((sum, share) => sum + share, 0) / (to - from));
}

/** Where the maps of an explanation lie, by name. */
export function mapShares({ attention, occlusion }: Explanation, { waves, turn }: Turned): Record<string, MapShares> {
  const { from, to, shares } = waves;
  const maps: [string, Float32Array][] = [
    ['rollout', attention.rollout],
    ...attention.layers.map((layer, l): [string, Float32Array] => [`layer ${l + 1}`, layer]),
    ['occlusion', occlusion.map((drop) => Math.max(0, drop))],
  ];
  return Object.fromEntries(
    maps.map(([name, map]) => {
      const [mass, turned] = [0, turn].map((by) => sharesOf(map.subarray(from, to), shares, by));
      const total = map.reduce((sum, value) => sum + value, 0);
      return [name, { total, ...(mass && { mass }), ...(turned && { turned }) }];
    }),
  );
}

/** Masks all waves of each kind, and the same pattern turned round in time. */
export async function maskParts(
  language: LanguageModel,
  asked: AskedText,
  logProbability: number,
  { waves, turn }: Turned,
): Promise<Pick<WhyAsked, 'masked' | 'turned'>> {
  const there = ASKED_PARTS.filter((part) => stretchesOf(waves, part).length > 0);
  const maskings = there.flatMap((part) => [stretchesOf(waves, part), stretchesOf(waves, part, turn)]);
  const left = await maskedLogProbabilities(language, asked, maskings);
  const changes = left.map((each) => Math.abs(logProbability - each));
  const every = (offset: number) => Object.fromEntries(there.map((part, i) => [part, changes[2 * i + offset]]));
  return { masked: every(0), turned: every(1) };
}

/**
 * The codes that are a part's more than any other's.
 *
 * @param turn by so many codes they are moved, round the annotated ones
 */
export function stretchesOf({ from, to, shares }: WaveShares, part: AskedPart, turn = 0): Stretch[] {
  const length = to - from;
  const stretches: Stretch[] = [];
  for (let i = 0; i < length; i++) {
    const code = (i + turn) % length;
    if (PARTS.some((other) => shares[other][code] > shares[part][code])) continue;
    const last = stretches.at(-1);
    if (last?.to === from + i) last.to++;
    else stretches.push({ from: from + i, to: from + i + 1 });
  }
  return stretches;
}

/** Where a map lies, over the questions about each part. */
export function partShares({ time, asked }: WhyRecord, map: string): PartShares {
  const mean = (part: AskedPart, which: 'mass' | 'turned') => {
    const each = asked.filter((about) => about.part === part).flatMap(({ maps }) => maps[map][which] ?? []);
    if (each.length === 0) return undefined;
    return byPart(PARTS, (of) => each.reduce((sum, shares) => sum + shares[of], 0) / each.length);
  };
  return {
    mass: byPart(ASKED_PARTS, (part) => mean(part, 'mass')),
    turned: byPart(ASKED_PARTS, (part) => mean(part, 'turned')),
    time,
  };
}

/** Mean changes over the questions about each part. */
export function maskingChanges({ asked }: WhyRecord): MaskingChanges {
  const mean = (which: 'masked' | 'turned') =>
    byPart(ASKED_PARTS, (part) => {
      const about = asked.filter((each) => each.part === part);
      return byPart(ASKED_PARTS, (of) => {
        const values = about.flatMap((each) => each[which][of] ?? []);
        return values.length > 0 ? values.reduce((sum, value) => sum + value, 0) / values.length : undefined;
      });
    });
  return { masked: mean('masked'), turned: mean('turned') };
}
