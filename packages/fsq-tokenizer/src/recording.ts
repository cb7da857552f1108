import type { TokenizerConfig } from '@heartllm/lead-encoder/config';
import { quote } from '@heartllm/source';

/** What a tokenizer needs to know of a recording; every EcgRecord of @heartllm/ecg-io is one. */
export interface Recording {
  /** Begins the messages of errors and warnings; they begin without where it is undefined. */
  name?: string;
  /** Frames per second, in Hz: the sampling rate of every lead but those with several samples per frame. */
  fs: number;
  /** Frames; a lead with several samples per frame is as many times as long. By default every lead has one. */
  samples?: number;
  /** Names of the leads, upper or lower case, in the order of `signal`. */
  leads: string[];
  /** [leads][samples], in any unit; NaN (or infinite) where a sample is invalid. */
  signal: ArrayLike<number>[];
  /** Units of the leads, if they are known. */
  units?: readonly string[];
  /** What was changed in it before it came here; tokenizers pass it on. */
  meta?: {
    /** One line each. */
    warnings?: readonly string[];
  };
}

/** What of a recording does not fit a model. */
interface Misfit {
  field?: 'fs' | 'leads' | 'samples' | 'signal';
  missing?: readonly string[];
  found?: readonly string[];
}

/** A recording that does not fit the model. */
export class RecordingError extends Error {
  /**
   * Which of its properties: its rate, its leads, the length of a lead, or what a lead holds. Rate and length are looked at
   * last, so that a recording with such an error has all of its leads.
   */
  readonly field?: Misfit['field'];
  /** Names of the model's leads that it lacks. */
  readonly missing: readonly string[];
  /** Names of the leads that it has, if one is missing. */
  readonly found: readonly string[];

  constructor(message: string, { field, missing = [], found = [] }: Misfit = {}) {
    super(message);
    this.name = 'RecordingError';
    this.field = field;
    this.missing = missing;
    this.found = found;
  }
}

/** How many of a recording's leads an error names. */
const NAMED = 20;

/**
 * Where a recording has the leads of a model: by name as it is written there, else in upper or lower case.
 *
 * @param names in the order wanted, as a rule `config.leads`
 * @returns one index into `recording.leads` per name
 * @throws RecordingError naming every lead that is missing, or one that the recording has more than once
 */
export function findLeads({ name, leads }: Pick<Recording, 'name' | 'leads'>, names: readonly string[]): number[] {
  const where = name ? `${name}: ` : '';
  const found = names.map((wanted) => {
    const exact = indicesOf(leads, (lead) => lead === wanted);
    return exact.length > 0 ? exact : indicesOf(leads, (lead) => upper(lead) === upper(wanted));
  });
  const missing = names.filter((_, i) => found[i].length === 0);
  if (missing.length > 0) {
    const there = [...leads.slice(0, NAMED).map(named), ...(leads.length > NAMED ? ['...'] : [])].join(' ');
    throw new RecordingError(
      `${where}leads: expected ${names.join(' ')}, missing ${missing.join(' ')} (found ${there})`,
      { field: 'leads', missing, found: leads },
    );
  }
  const twice = found.findIndex((indices) => indices.length > 1);
  if (twice >= 0) {
    throw new RecordingError(`${where}lead ${names[twice]} is there ${found[twice].length} times: keep one of them`, {
      field: 'leads',
    });
  }
  return found.map(([index]) => index);
}

const USUAL = /^(?:(?:ml|d)?i{1,3}|(?:ml|d)[1-3]|av[rlf]|v[1-9]|v[3-6]r|mcl[1-6])$/i;

/** What is no lead's usual name is quoted, as text from a file is: it may be somebody's name. */
function named(lead: string): string {
  return USUAL.test(lead.trim()) ? lead : quote(lead);
}

function indicesOf(leads: readonly string[], matches: (lead: string) => boolean): number[] {
  return leads.flatMap((lead, index) => (matches(lead) ? [index] : []));
}

function upper(lead: string): string {
  return lead.trim().toUpperCase();
}

/** By how much frames per second times samples per frame may miss the rate. */
const RATE_ROUNDING = 1e-9;

/** A signal in the model's shape, and what was done to it. */
export interface PreparedSignal {
  /** [leads][samples], in the model's lead order, without NaN unless the tokenizer is causal. */
  signal: ArrayLike<number>[];
  /** Places of these leads among the recording's own [leads]. */
  order: number[];
  /** One line for everything that was changed. */
  warnings: string[];
}

/**
 * Brings a recording into the model's lead order and fills short gaps; refuses what does not fit.
 *
 * Leads are found by name, upper or lower case; other leads are left out, whatever their rate. Invalid samples within a
 * lead are bridged by a straight line between their valid neighbours. Where the tokenizer is causal they stay, as the
 * line's end is not known in time: the running z-score holds its last value over them.
 *
 * @param input a recording, or [leads][samples] at the model's rate and in its lead order
 * @throws RecordingError for another sampling rate or length, a lead that is missing or there twice, or one without any valid
 *   sample
 */
export function prepareSignal(input: Recording | ArrayLike<number>[], config: TokenizerConfig): PreparedSignal {
  const recording = Array.isArray(input) ? asRecording(input, config) : (input as Recording);
  if (!Array.isArray(recording?.signal) || !Array.isArray(recording.leads)) {
    throw new RecordingError('expected a recording, { fs, leads, signal }, or [leads][samples]');
  }
  const where = recording.name ? `${recording.name}: ` : '';
  if (recording.signal.length !== recording.leads.length) {
    throw new RecordingError(
      `${where}expected a signal per lead, found ${recording.signal.length} for ${recording.leads.length} leads`,
      { field: 'leads' },
    );
  }
  const order = findLeads(recording, config.leads);
  const invalid = order.map((index) => countInvalid(recording.signal[index]));
  for (const [i, lead] of config.leads.entries()) {
    const { length } = recording.signal[order[i]];
    if (length > 0 && invalid[i] === length) {
      throw new RecordingError(`${where}lead ${lead}: no valid sample`, { field: 'signal' });
    }
  }
  const rates = order.map((index) => rateOf(recording, index));
  const wrong = rates.findIndex((rate) => !(Math.abs(rate / config.sampling_rate - 1) < RATE_ROUNDING));
  if (wrong >= 0) {
    const lead = rates.every((rate) => Object.is(rate, rates[0])) ? '' : `lead ${config.leads[wrong]}: `;
    const found = Number(rates[wrong].toPrecision(9));
    throw new RecordingError(`${where}${lead}sampling rate: expected ${config.sampling_rate} Hz, found ${found} Hz`, {
      field: 'fs',
    });
  }
  const warnings: string[] = [];
  const signal = config.leads.map((lead, i) => {
    const samples = recording.signal[order[i]];
    if (samples.length !== config.samples) {
      throw new RecordingError(
        `${where}lead ${lead}: expected ${config.samples} samples (${config.samples / config.sampling_rate} s), found ${samples.length}`,
        { field: 'samples' },
      );
    }
    if (invalid[i] === 0) return samples;
    const { causal } = config.encoder;
    warnings.push(
      `${where}lead ${lead}: ${invalid[i]} invalid samples ${causal ? 'held' : 'bridged by straight lines'}`,
    );
    return causal ? samples : bridgeGaps(samples);
  });
  return { signal, order, warnings };
}

/** Samples per second of a lead, which other leads have no part in. */
function rateOf({ fs, samples, signal }: Recording, index: number): number {
  const perFrame = samples ? signal[index].length / samples : 1;
  return Number.isInteger(perFrame) && perFrame > 0 ? fs * perFrame : fs;
}

/** A bare signal has its leads in the model's order. */
function asRecording(signal: ArrayLike<number>[], config: TokenizerConfig): Recording {
  if (signal.length !== config.leads.length) {
    throw new RecordingError(
      `leads: expected ${config.leads.length} (${config.leads.join(' ')}), found ${signal.length}`,
      { field: 'leads' },
    );
  }
  return { fs: config.sampling_rate, leads: config.leads, signal };
}

/** How many samples are NaN or infinite. */
export function countInvalid(samples: ArrayLike<number>): number {
  let count = 0;
  for (let t = 0; t < samples.length; t++) if (!Number.isFinite(samples[t])) count++;
  return count;
}

/** Invalid samples replaced by the line between the valid neighbours; at the ends by the nearest valid sample. */
export function bridgeGaps(samples: ArrayLike<number>): Float32Array {
  const bridged = Float32Array.from(samples);
  let last = -1;
  for (let t = 0; t <= bridged.length; t++) {
    if (t < bridged.length && !Number.isFinite(bridged[t])) continue;
    const left = last >= 0 ? bridged[last] : bridged[t];
    const right = t < bridged.length ? bridged[t] : left;
    for (let gap = last + 1; gap < t; gap++) bridged[gap] = left + ((right - left) * (gap - last)) / (t - last);
    last = t;
  }
  return bridged;
}

const MILLIVOLTS: Readonly<Record<string, number>> = { V: 1e3, mV: 1, uV: 1e-3, nV: 1e-6 };

/** What a value is multiplied with to be in mV; of a unit that is not told, or no voltage, 1. */
export function millivoltsIn(unit = 'mV'): number {
  return Object.hasOwn(MILLIVOLTS, unit) ? MILLIVOLTS[unit] : 1;
}
