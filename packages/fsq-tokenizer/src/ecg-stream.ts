import type { TokenizerConfig } from '@heartllm/lead-encoder/config';
import { RecordingError } from './recording.ts';

/** Codes of an ECG while it comes in; `stream` of EcgTokenizer makes one. */
export interface EcgStream {
  /**
   * Takes the next samples and gives the codes that can be told by now, in order and without a gap; often none.
   *
   * @param samples [leads][n] at the model's rate and in its lead order, any number; NaN where a sample is invalid. A
   *   lead without a valid sample counts as flat
   * @throws RecordingError for another number of leads, or leads of different lengths; Error after `end`
   */
  push(samples: ArrayLike<number>[]): Int32Array;
  /** No more samples come: the codes that are still owed. */
  end(): Int32Array;
}

/** How an ECG that is still being recorded is cut. Both numbers count codes of 32 ms. */
export interface StreamOptions {
  /**
   * So many codes come at once. 16 (0.5 s) by default; fewer cost more work, as the last window is encoded after each
   * hop. Of a causal tokenizer 1 by default; more save a little.
   */
  hop?: number;
  /**
   * Codes at the end of a window that are left to the next one, because the samples behind them are not known yet. 7
   * (0.2 s) by default, as far as the encoder's convolutions see; 0 for the least delay. A causal tokenizer has none.
   */
  lookahead?: number;
}

/** @throws RangeError naming the option */
export function checkCount(field: string, value: number, least: number, most: number): void {
  if (!Number.isInteger(value) || value < least || value > most) {
    throw new RangeError(`${field}: expected a whole number of ${least} to ${most} codes, found ${value}`);
  }
}

/**
 * @param samples [leads][n]
 * @returns n
 * @throws as {@link EcgStream.push}
 */
export function checkPiece(samples: ArrayLike<number>[], { leads }: TokenizerConfig, ended: boolean): number {
  if (ended) throw new Error('this stream has ended');
  if (samples.length !== leads.length) {
    throw new RecordingError(`expected ${leads.length} leads (${leads.join(' ')}), found ${samples.length}`);
  }
  const { length } = samples[0];
  for (const [i, lead] of samples.entries()) {
    if (lead.length !== length) {
      throw new RecordingError(`lead ${leads[i]}: expected ${length} samples as in ${leads[0]}, found ${lead.length}`);
    }
  }
  return length;
}
