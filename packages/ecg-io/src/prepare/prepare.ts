import type { EcgRecord } from '../record.ts';
import { checkRate, checkSeconds, PrepareError } from './error.ts';
import { fillGaps, type GapPolicy } from './fill-gaps.ts';
import { removeBaseline, removeMains } from './filters.ts';
import { flatLeads } from './flat-leads.ts';
import { TWELVE_LEADS } from './lead-names.ts';
import { namePrefix, samplesPerFrame, withSignal } from './record-leads.ts';
import { resampler } from './resample.ts';
import { selectLeads } from './select-leads.ts';
import { crop, framesIn, pad } from './windows.ts';

/** What a model takes. The defaults are the published tokenizer's, [12, 5000]. */
export interface PrepareOptions {
  /** Leads in the model's order; by default I II III aVR aVL aVF V1 ... V6. */
  leads?: readonly string[];
  /** The model's sampling rate in Hz; 500 by default. */
  fs?: number;
  /** The model's window, in seconds; 10 by default. A longer record is cut behind it, a shorter one goes on at each lead's mean. */
  seconds?: number;
  /** What becomes of leads that are neither there nor can be derived: an error by default, or a flat line. */
  missing?: 'error' | 'flat';
  /** What to do about invalid samples; by default gaps up to 0.2 s are bridged, longer ones an error. */
  gaps?: GapPolicy;
  /** Take out baseline wander ({@link removeBaseline}); false by default. */
  baseline?: boolean;
  /** Take out mains hum of this frequency ({@link removeMains}); by default none. */
  mains?: 50 | 60;
}

/**
 * Any record as a model takes it: its leads found and ordered by name or derived ({@link selectLeads}), the first `seconds` of it, gaps filled
 * ({@link fillGaps}), filtered if asked for, resampled ({@link resample}), padded.
 *
 * Still in physical units: `EcgTokenizer.encode` takes the record and scales it, {@link zScore} does it for another network. A record that fits
 * already comes back with its own samples. One line for everything that was changed is added to `meta.warnings`. For a longer record prepare
 * each of its {@link windows}.
 *
 * @returns leads as named in the options, in the record's units; `round(seconds * fs)` samples per lead, 5000 by default, none of them NaN
 * @throws PrepareError for missing leads, a gap that is too long, a record without samples, a rate that a filter cannot work at
 */
export function prepare(record: EcgRecord, options: PrepareOptions = {}): EcgRecord {
  const { leads = TWELVE_LEADS, fs = 500, seconds = 10, missing = 'error', gaps, baseline = false, mains } = options;
  checkRate(record.fs, record.name);
  checkRate(fs, record.name, 'fs');
  checkSeconds(seconds, record.name, 'seconds');
  const samples = Math.round(seconds * fs);
  if (samples === 0) throw new PrepareError(record.name, `seconds: ${seconds} s is less than a sample at ${fs} Hz`);
  if (leads.length === 0) throw new PrepareError(record.name, 'leads: expected at least one, found none');
  if (record.samples === 0) throw new PrepareError(record.name, 'no samples');

  const selected = selectLeads(missing === 'flat' ? flatLeads(record, leads) : record, leads);
  const used = Math.min(selected.samples, framesIn(seconds, selected.fs));
  const chosen = fillGaps(crop(selected, 0, used), gaps);
  const clean = filter(chosen, baseline, mains);
  const rates = leadRates(clean);
  const resampled = atRate(clean, rates, fs);
  const ready = pad(crop(resampled, 0, Math.min(samples, resampled.samples)), samples);

  const changes: string[] = [];
  const duration = record.samples / record.fs;
  if (duration > seconds + 0.5 / fs) changes.push(`the first ${short(seconds)} s of ${short(duration)} s are used`);
  if (rates.some((rate) => rate !== fs))
    changes.push(`resampled from ${[...new Set(rates)].map(short).join(', ')} to ${short(fs)} Hz`);
  if (resampled.samples < samples) changes.push(`${short(duration)} s padded to ${short(seconds)} s`);
  if (changes.length === 0) return ready;
  const warnings = [...ready.meta.warnings, ...changes.map((change) => namePrefix(record) + change)];
  return { ...ready, meta: { ...ready.meta, warnings } };
}

function filter(record: EcgRecord, baseline: boolean, mains: 50 | 60 | undefined): EcgRecord {
  if (!baseline && !mains) return record;
  const signal = record.signal.map((lead, i) => {
    const fs = record.fs * samplesPerFrame(record, i);
    const level = baseline ? removeBaseline(lead, fs) : lead;
    return mains ? removeMains(level, fs, mains) : level;
  });
  return withSignal(record, signal);
}

/** Every lead, from its rate to the one wanted, one sample per frame. */
function atRate(record: EcgRecord, rates: number[], fs: number): EcgRecord {
  if (record.fs === fs && rates.every((rate) => rate === fs)) return record;
  const resamplers = new Map([...new Set(rates)].map((rate) => [rate, resampler(rate, fs)]));
  const resampled = record.signal.map((lead, i) => resamplers.get(rates[i])!(lead, 'line'));
  const samples = Math.min(...resampled.map((lead) => lead.length)); // rates of several samples per frame round differently
  const signal = resampled.map((lead) => lead.subarray(0, samples));
  return { ...withSignal(record, signal), fs, samples };
}

/** Samples per second of each lead. */
function leadRates(record: EcgRecord): number[] {
  return record.signal.map((_, i) => record.fs * samplesPerFrame(record, i));
}

function short(value: number): string {
  return String(Number(value.toFixed(3)));
}
