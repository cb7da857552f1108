import type { QrsComplex } from './delineate.ts';

/** ANSI/AAMI EC57's match window. */
const WINDOW = 0.15;

/**
 * Pairs the beats of two signals: each with the one whose peak is nearest to its own, if that holds from both sides and they are at most
 * 150 ms apart. The others have no partner.
 *
 * @returns in the order of time
 */
export function pairBeats(a: QrsComplex[], b: QrsComplex[], fs: number): [QrsComplex, QrsComplex][] {
  return a.flatMap((beat): [QrsComplex, QrsComplex][] => {
    const partner = nearest(b, beat);
    if (!partner || Math.abs(partner.peak - beat.peak) > WINDOW * fs || nearest(a, partner) !== beat) return [];
    return [[beat, partner]];
  });
}

function nearest(beats: QrsComplex[], { peak }: QrsComplex): QrsComplex | undefined {
  let [from, to] = [0, beats.length]; // of the first beat that is not earlier
  while (from < to) {
    const middle = (from + to) >> 1;
    if (beats[middle].peak < peak) from = middle + 1;
    else to = middle;
  }
  const [before, after] = [beats[from - 1], beats[from]];
  return before && (!after || peak - before.peak <= after.peak - peak) ? before : after;
}
