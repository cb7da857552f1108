import type { EcgRecord } from '../record.ts';
import { counterAndTime } from '../wfdb/clock.ts';
import { checkRate, checkSeconds, PrepareError } from './error.ts';
import { samplesPerFrame, withSignal } from './record-leads.ts';

/**
 * The frames [from, to) of a record, as `readRecord` with the same options would have read them.
 *
 * @param from first frame
 * @param to the frame behind the last one, by default the record's end
 * @returns a record of its own, samples copied; the record itself where it is all of it
 * @throws PrepareError for frames that do not lie in the record
 */
export function crop(record: EcgRecord, from: number, to = record.samples): EcgRecord {
  const { samples } = record;
  if (!Number.isInteger(from) || !Number.isInteger(to) || from < 0 || to < from || to > samples) {
    throw new PrepareError(record.name, `crop: expected frames within 0..${samples}, found ${from}..${to}`);
  }
  if (from === 0 && to === samples) return record;
  const cut = <T extends Float32Array | Int32Array>(lead: T, i: number) => {
    const perFrame = samplesPerFrame(record, i);
    return lead.slice(from * perFrame, to * perFrame) as T; // a copy: a window of a long record should not hold all of it
  };
  const { fs, startTime, digital } = record;
  const { meta, ...rest } = withSignal(record, record.signal.map(cut));
  return {
    ...rest,
    meta: { ...meta, ...counterAndTime({ ...meta, fs }, from) },
    samples: to - from,
    ...(startTime && { startTime: new Date(startTime.getTime() + (from / fs) * 1000) }),
    ...(digital && { digital: digital.map(cut) }),
  };
}

/**
 * The record made longer at its end, each lead by its mean: what a z-score turns into 0. A record that is long enough is returned as it is.
 *
 * @param samples frames wanted
 * @throws PrepareError for a lead whose length does not fit the record's
 */
export function pad(record: EcgRecord, samples: number): EcgRecord {
  if (samples <= record.samples) return record;
  const signal = record.signal.map((lead, i) => {
    const padded = new Float32Array(samples * samplesPerFrame(record, i)).fill(meanOfValid(lead), lead.length);
    padded.set(lead);
    return padded;
  });
  return { ...withSignal(record, signal), samples };
}

/** 0 where no sample is valid. */
function meanOfValid(lead: Float32Array): number {
  let sum = 0;
  let count = 0;
  for (const value of lead) {
    if (!Number.isFinite(value)) continue;
    sum += value;
    count++;
  }
  return count > 0 ? sum / count : 0;
}

/** Of a frame: what products of seconds and rates round away. */
const SLACK = 1e-6;

/** Frames that a duration touches, at least one: 10 s at 257.4 Hz are 2574, at 62.4725 Hz 625. */
export function framesIn(seconds: number, fs: number): number {
  return Math.max(1, Math.ceil(seconds * fs - SLACK));
}

/** A piece of a longer record. */
export interface EcgWindow extends EcgRecord {
  /** Where it begins in the record, in seconds. */
  start: number;
}

/**
 * A record piece by piece. The pieces cover all of it (unless `hop` is longer than `seconds`); the last one ends where the record ends and may be
 * shorter, {@link prepare} and {@link pad} make it as long as the others. A window of a fractional number of frames takes the last one whole.
 *
 * ```ts
 * for (const window of windows(record, 10)) codes.push(tokenizer.encode(prepare(window)));
 * ```
 *
 * @param seconds length of a window
 * @param hop from the begin of one window to that of the next, in seconds; by default `seconds`, so that none overlap
 * @throws PrepareError where either is not positive or shorter than a frame
 */
export function* windows(record: EcgRecord, seconds: number, hop = seconds): Generator<EcgWindow, void, undefined> {
  const { fs, samples, name } = record;
  checkRate(fs, name);
  for (const [what, duration] of Object.entries({ seconds, hop })) {
    checkSeconds(duration, name, what);
    if (duration * fs >= 1 - SLACK) continue;
    throw new PrepareError(name, `${what}: ${duration} s is shorter than a frame at ${fs} Hz`);
  }
  const length = framesIn(seconds, fs);
  for (let i = 0, end = 0; end < samples; i++) {
    const from = Math.round(i * hop * fs); // not a sum of rounded hops: window 1000 begins where it should
    if (from >= samples) return;
    end = Math.min(from + length, samples);
    yield { ...crop(record, from, end), start: from / fs };
  }
}
