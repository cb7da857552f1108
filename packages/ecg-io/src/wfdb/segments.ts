import { quote, WfdbError } from './error.ts';
import { codings } from './formats/index.ts';
import type { WfdbSegment, WfdbSignal } from './header-types.ts';
import type { OpenedHeader } from './read-signals.ts';
import type { Frames, ReadRequest } from './selection.ts';

/** Planning for multi-segment records: which segment holds which frames, and what is said of a lead whose segments differ. */

/** Frames of one segment that were asked for. */
export interface Piece {
  segment: WfdbSegment;
  /** First frame asked for, in the segment. */
  from: number;
  /** Behind the last one. */
  to: number;
  /** The first one, among all that were asked for. */
  at: number;
}

/** The segments that hold some of the frames asked for, in order. */
export function piecesWithin(segments: readonly WfdbSegment[], { from, to }: Frames): Piece[] {
  const pieces: Piece[] = [];
  let start = 0;
  for (const segment of segments) {
    const end = start + segment.sigLen;
    if (start < to && end > from && segment.sigLen > 0) {
      const first = Math.max(from, start);
      pieces.push({ segment, from: first - start, to: Math.min(to, end) - start, at: first - from });
    }
    start = end;
  }
  return pieces;
}

/** A lead in a segment: where its header is, and its line there. */
export interface Part {
  opened: OpenedHeader;
  signal: WfdbSignal;
}

/**
 * One description for a lead that several segments hold: their own where they agree on gain and baseline, otherwise that of the header which
 * names the signals; of their formats the widest, so that its mark for an invalid sample is no sample of the others.
 *
 * @param named as that header has it
 * @param lead its name, and its parts in the segments that were asked for
 * @param warnings takes a sentence if units change, or the calibration where integers are wanted
 * @throws WfdbError if the samples per frame change and are wanted one by one
 */
export function describeLead(
  named: WfdbSignal,
  { name, parts }: { name: string; parts: readonly Part[] },
  { smoothFrames, digital }: ReadRequest,
  warnings: string[],
): WfdbSignal {
  if (parts.length === 0) return named;
  const [{ signal: first }] = parts;
  const fmt = parts.map(({ signal }) => signal.fmt).reduce((a, b) => (invalidValue(b) < invalidValue(a) ? b : a));
  const differing = (field: 'sampsPerFrame' | 'units' | 'adcGain' | 'baseline') =>
    parts.find(({ signal }) => signal[field] !== first[field]);
  const odd = smoothFrames ? undefined : differing('sampsPerFrame');
  if (odd) {
    const place = { file: odd.opened.file, line: odd.signal.line, field: 'samples per frame' };
    const found = `expected ${first.sampsPerFrame} as in ${parts[0].opened.file}, found ${odd.signal.sampsPerFrame}`;
    throw new WfdbError(place, `${found}: read the record with smoothFrames`);
  }
  const units = differing('units');
  if (units) {
    const found = `${quote(name)} is in ${quote(units.signal.units)}, before in ${quote(first.units)}`;
    warnings.push(`${units.opened.file}: ${found}`);
  }
  const calibration = differing('adcGain') ?? differing('baseline');
  if (!calibration) return { ...first, fmt };
  if (digital) {
    const given = `integers are given in those of the first header, ${named.adcGain}(${named.baseline})`;
    warnings.push(`${calibration.opened.file}: gain or baseline of ${quote(name)} changes; ${given}`);
  }
  return { ...named, fmt, sampsPerFrame: first.sampsPerFrame };
}

/** The value that marks an invalid sample in a format. */
export function invalidValue(fmt: string): number {
  return codings.get(fmt)?.invalid ?? 0;
}
