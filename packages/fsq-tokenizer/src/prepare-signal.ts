import type { TokenizerConfig } from '@heartllm/lead-encoder/config';
import { bridgeGaps, countInvalid } from './bridge-gaps.ts';

/** What a tokenizer needs to know of a recording; every EcgRecord of @heartllm/ecg-io is one. */
export interface Recording {
  /** Begins the messages of errors and warnings; they begin without where it is undefined. */
  name?: string;
  /** Hz. */
  fs: number;
  /** Names of the leads, upper or lower case, in the order of `signal`. */
  leads: string[];
  /** [leads][samples], in any unit; NaN (or infinite) where a sample is invalid. */
  signal: ArrayLike<number>[];
}

/** A recording that does not fit the model. */
export class RecordingError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'RecordingError';
  }
}

/** A signal in the model's shape, and what was done to it. */
export interface PreparedSignal {
  /** [leads][samples], in the model's lead order, without NaN unless the tokenizer is causal. */
  signal: ArrayLike<number>[];
  /** One line for everything that was changed. */
  warnings: string[];
}

/**
 * Brings a recording into the model's lead order and fills short gaps; refuses what does not fit.
 *
 * Leads are found by name, upper or lower case; more leads than the model needs are left out. Invalid samples within a
 * lead are bridged by a straight line between their valid neighbours. Where the tokenizer is causal they stay, as the
 * line's end is not known in time: the running z-score holds its last value over them.
 *
 * @param input a recording, or [leads][samples] at the model's rate and in its lead order
 * @throws RecordingError for another sampling rate or length, a missing lead, or a lead without any valid sample
 */
export function prepareSignal(input: Recording | ArrayLike<number>[], config: TokenizerConfig): PreparedSignal {
  const recording = Array.isArray(input) ? asRecording(input, config) : (input as Recording);
  if (!Array.isArray(recording?.signal) || !Array.isArray(recording.leads)) {
    throw new RecordingError('expected a recording, { fs, leads, signal }, or [leads][samples]');
  }
  const where = recording.name ? `${recording.name}: ` : '';
  if (recording.fs !== config.sampling_rate) {
    throw new RecordingError(`${where}sampling rate: expected ${config.sampling_rate} Hz, found ${recording.fs} Hz`);
  }
  if (recording.signal.length !== recording.leads.length) {
    throw new RecordingError(
      `${where}expected a signal per lead, found ${recording.signal.length} for ${recording.leads.length} leads`,
    );
  }
  const byName = new Map(recording.leads.map((lead, i) => [lead.trim().toUpperCase(), recording.signal[i]]));
  const missing = config.leads.filter((lead) => !byName.has(lead.toUpperCase()));
  if (missing.length > 0) {
    throw new RecordingError(
      `${where}leads: expected ${config.leads.join(' ')}, missing ${missing.join(' ')} (found ${recording.leads.join(' ')})`,
    );
  }
  const warnings: string[] = [];
  const signal = config.leads.map((lead) => {
    const samples = byName.get(lead.toUpperCase())!;
    if (samples.length !== config.samples) {
      throw new RecordingError(
        `${where}lead ${lead}: expected ${config.samples} samples (${config.samples / config.sampling_rate} s), found ${samples.length}`,
      );
    }
    const invalid = countInvalid(samples);
    if (invalid === 0) return samples;
    if (invalid === samples.length) throw new RecordingError(`${where}lead ${lead}: no valid sample`);
    const { causal } = config.encoder;
    warnings.push(`${where}lead ${lead}: ${invalid} invalid samples ${causal ? 'held' : 'bridged by straight lines'}`);
    return causal ? samples : bridgeGaps(samples);
  });
  return { signal, warnings };
}

/** A bare signal has its leads in the model's order. */
function asRecording(signal: ArrayLike<number>[], config: TokenizerConfig): Recording {
  if (signal.length !== config.leads.length) {
    throw new RecordingError(
      `leads: expected ${config.leads.length} (${config.leads.join(' ')}), found ${signal.length}`,
    );
  }
  return { fs: config.sampling_rate, leads: config.leads, signal };
}
