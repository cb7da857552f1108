import type { TokenizerConfig } from '@heartllm/lead-encoder/config';
import { runningZScore } from './running-z-score.ts';
import { type ZScored, zScore } from './z-score.ts';

/**
 * The z-score that the tokenizer was trained with: over the whole of each lead, or a running one where it is causal.
 *
 * @param signal [leads][samples] as `prepareSignal` gives it; for a causal tokenizer in millivolts
 * @returns as {@link zScore}; mean and deviation of a running z-score are those at the last sample
 */
export function normalizeSignal(signal: ArrayLike<number>[], { encoder, sampling_rate }: TokenizerConfig): ZScored {
  return encoder.causal ? runningZScore(signal, sampling_rate) : zScore(signal);
}
