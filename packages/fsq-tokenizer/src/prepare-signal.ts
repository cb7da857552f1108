import type { TokenizerConfig } from '@heartllm/lead-encoder/config';
import { bridgeGaps, countInvalid } from './bridge-gaps.ts';
import { findLeads, type Recording, RecordingError } from './recording.ts';

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
