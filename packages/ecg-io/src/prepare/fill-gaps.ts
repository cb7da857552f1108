import type { EcgRecord } from '../record.ts';
import { checkSeconds, PrepareError } from './error.ts';
import { namedLead } from './lead-names.ts';
import { countInvalid, namePrefix, samplesPerFrame, withSignal } from './record-leads.ts';

/** What to do about invalid samples. */
export interface GapPolicy {
  /** Gaps up to this many seconds are bridged; 0.2 by default, Infinity bridges any. */
  upTo?: number;
  /** What becomes of longer ones: an error by default, or 0 in the lead's unit. */
  longer?: 'error' | 'zero';
}

/** About the longest gap that cannot hide a whole beat. */
const BRIDGED_SECONDS = 0.2;

/**
 * The record without invalid samples (NaN or infinite): a short gap is bridged by a straight line between its valid neighbours, at the ends the
 * nearest valid sample is held. A longer one, or a lead without any valid sample, is an error unless `longer: 'zero'`. A warning tells how many
 * samples were replaced in which lead; leads without gaps are shared with the record, not copied.
 *
 * @param policy what to do about gaps: bridged up to 0.2 s, an error beyond, by default
 * @throws PrepareError naming the lead, and where and how long the gap is
 */
export function fillGaps(record: EcgRecord, { upTo = BRIDGED_SECONDS, longer = 'error' }: GapPolicy = {}): EcgRecord {
  if (upTo !== 0 && upTo !== Number.POSITIVE_INFINITY) checkSeconds(upTo, record.name, 'gaps.upTo');
  const warnings: string[] = [];
  const signal = record.signal.map((samples, i) => {
    const invalid = countInvalid(samples);
    if (invalid === 0) return samples;
    const lead = `lead ${namedLead(record.leads[i])}`;
    const rate = record.fs * samplesPerFrame(record, i);
    const { bridged, zeroed, filled } = fill(samples, (start, end) => {
      const length = (end - start) / rate;
      if (length <= upTo && end - start < samples.length) return 'bridge';
      if (longer === 'zero') return 'zero';
      if (end - start === samples.length) throw new PrepareError(record.name, `${lead}: no valid sample`);
      const place = `${seconds(start / rate)} to ${seconds(end / rate)}`;
      throw new PrepareError(record.name, `${lead}: no valid sample from ${place} s, more than ${upTo} s`);
    });
    const where = `${namePrefix(record)}${lead}`;
    if (bridged > 0) warnings.push(`${where}: ${bridged} invalid samples bridged by straight lines`);
    if (zeroed > 0) warnings.push(`${where}: ${zeroed} invalid samples set to 0`);
    return filled;
  });
  return warnings.length > 0 ? withSignal(record, signal, warnings) : record;
}

/** Asks for every gap [start, end) what to do about it, and does it. */
function fill(samples: Float32Array, decide: (start: number, end: number) => 'bridge' | 'zero') {
  const filled = samples.slice();
  const counts = { bridge: 0, zero: 0 };
  let last = -1; // the valid sample before the gap
  for (let t = 0; t <= filled.length; t++) {
    if (t < filled.length && !Number.isFinite(filled[t])) continue;
    if (t > last + 1) {
      const action = decide(last + 1, t);
      counts[action] += t - last - 1;
      if (action === 'zero') filled.fill(0, last + 1, t);
      else bridge(filled, last, t);
    }
    last = t;
  }
  return { filled, bridged: counts.bridge, zeroed: counts.zero };
}

/** A straight line between the samples at `last` and `next`; where one of them lies outside, the other's value. */
function bridge(samples: Float32Array, last: number, next: number): void {
  const left = samples[last >= 0 ? last : next];
  const right = next < samples.length ? samples[next] : left;
  for (let t = last + 1; t < next; t++) samples[t] = left + ((right - left) * (t - last)) / (next - last);
}

function seconds(value: number): string {
  return String(Number(value.toFixed(3)));
}
