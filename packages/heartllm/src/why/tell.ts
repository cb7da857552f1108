import type { Explanation } from './explain.ts';
import { type Beats, type StrongStretch, strongest } from './strongest.ts';
import { meanPerWindow } from './windows.ts';

/** What every map of attention comes with. */
export const NOT_EVIDENCE =
  'Attention alone is not evidence: it tells where the model looked, not what the answer hangs on.';

/** How many stretches are told. */
const TOLD = 3;

/** An explanation in figures and words. */
export interface ToldWhy {
  /** Of the answer, 0 to 1. */
  probability: number;
  /** Share of the rolled out attention that is on the ECG, 0 to 1. */
  onEcg: number;
  /** Where the attention is, `value` a share of all attention. */
  lookedAt: StrongStretch[];
  /** What the answer loses most without, `value` in nats. */
  neededMost: StrongStretch[];
  /** What speaks against the answer: without it it gets more likely, `value` in nats. */
  against: StrongStretch[];
}

/** @param beats of the record, for places in words */
export function tellWhy({ logProbability, attention, windows }: Explanation, beats: Beats): ToldWhy {
  const drops = windows.map(({ drop }) => drop);
  const looked = meanPerWindow(windows, attention.rollout).map((mean, i) => mean * (windows[i].to - windows[i].from));
  return {
    probability: Math.exp(logProbability),
    onEcg: attention.rollout.reduce((sum, value) => sum + value, 0),
    lookedAt: strongest(windows, looked, TOLD, beats),
    neededMost: strongest(windows, drops, TOLD, beats),
    against: strongest(
      windows,
      drops.map((drop) => -drop),
      1,
      beats,
    ),
  };
}

/** Terms and what they are, for a terminal or a page. */
export function whyFacts(why: Explanation, beats: Beats): [string, string][] {
  const { probability, onEcg, lookedAt, neededMost, against } = tellWhy(why, beats);
  const list = (stretches: StrongStretch[], value: (stretch: StrongStretch) => string) =>
    stretches.map((stretch) => `${place(stretch)}: ${value(stretch)}`).join('; ') || 'nowhere';
  return [
    ['Probability', `${probability.toPrecision(3)} of this very answer`],
    [
      'Attention',
      `${percent(onEcg)} of it on the ECG, rolled out; most at ${list(lookedAt, ({ value }) => percent(value))}`,
    ],
    [
      'Needed',
      `without these the probability falls most: ${list(neededMost, ({ value }) => `by ${percent(1 - Math.exp(-value))}`)}`,
    ],
    ['Against it', `without this it rises most: ${list(against, ({ value }) => `by ${percent(Math.exp(value) - 1)}`)}`],
    [
      'Agreement',
      why.agreement === null
        ? 'none to be had, as one of both is even'
        : `rank correlation ${why.agreement.toFixed(2)} of attention and occlusion over ${why.windows.length} windows (1 the same order, 0 none, -1 the reverse)`,
    ],
  ];
}

/** '2.11-2.37 s (beat 3, R +0.21 s)' */
function place({ from, to, beat }: StrongStretch): string {
  const at = beat
    ? ` (beat ${beat.number}, R ${beat.afterR < 0 ? '-' : '+'}${Math.abs(beat.afterR).toFixed(2)} s)`
    : '';
  return `${from.toFixed(2)}-${to.toFixed(2)} s${at}`;
}

function percent(share: number): string {
  return `${(100 * share).toPrecision(2)} %`;
}
