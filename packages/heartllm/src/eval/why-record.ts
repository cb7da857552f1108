import type { LanguageModel } from '../language-model.ts';
import type { AskedText } from '../why/asked-text.ts';
import type { Explanation } from '../why/explain.ts';
import { maskedLogProbabilities } from '../why/occlusion.ts';
import type { Stretch } from '../why/windows.ts';
import { byPart, type MaskingChanges, type PartShares, sharesOf } from './score-why.ts';
import { ASKED_PARTS, type AskedPart } from './wave-questions.ts';
import { PARTS, type WaveShares } from './wave-shares.ts';

/** Why one question about a record was answered as it was, against the record's waves. */
export interface WhyAsked {
  part: AskedPart;
  /** By name, all of the ECG's codes: 'rollout', 'layer 1' and so on, 'occlusion' (nothing below 0). */
  maps: Record<string, Float32Array>;
  agreement: number | null;
  /** Of parts that the record has: how log p of the answer changes when they are masked, and when others are instead. */
  masked: Partial<Record<AskedPart, number>>;
  turned: Partial<Record<AskedPart, number>>;
}

/** All that was asked about a record. */
export interface WhyRecord {
  waves: WaveShares;
  /** Codes by which its maps and maskings are turned round for control. */
  turn: number;
  asked: WhyAsked[];
}

/** The maps of an explanation by name. */
export function mapsOf({ attention, occlusion }: Explanation): Record<string, Float32Array> {
  return {
    rollout: attention.rollout,
    ...Object.fromEntries(attention.layers.map((layer, l) => [`layer ${l + 1}`, layer])),
    occlusion: occlusion.map((drop) => Math.max(0, drop)),
  };
}

/** Masks all waves of each kind, and the same pattern turned round in time. */
export async function maskParts(
  language: LanguageModel,
  asked: AskedText,
  logProbability: number,
  { waves, turn }: Pick<WhyRecord, 'waves' | 'turn'>,
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
export function partShares({ waves, turn, asked }: WhyRecord, map: string): PartShares {
  const { from, to, shares } = waves;
  const mean = (part: AskedPart, by: number) => {
    const each = asked
      .filter((about) => about.part === part)
      .flatMap(({ maps }) => sharesOf(maps[map].subarray(from, to), shares, by) ?? []);
    if (each.length === 0) return undefined;
    return byPart(PARTS, (of) => each.reduce((sum, masses) => sum + masses[of], 0) / each.length);
  };
  return {
    mass: byPart(ASKED_PARTS, (part) => mean(part, 0)),
    turned: byPart(ASKED_PARTS, (part) => mean(part, turn)),
    time: byPart(PARTS, (part) => shares[part].reduce((sum, share) => sum + share, 0) / (to - from)),
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
