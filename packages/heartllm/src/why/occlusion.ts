import { codesToIds } from '@heartllm/vocab-bridge';
import type { LanguageModel } from '../language-model.ts';
import type { AskedText } from './asked-text.ts';
import { masked, quietCodes } from './mask.ts';
import { planWindows, type Stretch } from './windows.ts';

/** A stretch of codes and what it is worth to the answer. */
export interface OccludedWindow extends Stretch {
  /** By how much log p of the answer falls without it, in nats; below 0 where the answer gets likelier. */
  drop: number;
}

/** Which codes are masked together. */
export interface OcclusionOptions {
  /** Codes that are masked at a time; default 8, 256 ms: a QRS complex, or a T wave. */
  window?: number;
  /** Codes from one window to the next, at most `window`; default 4. */
  stride?: number;
  /** Windows computed at a time; default 16. */
  batchSize?: number;
  /** Ends it between two batches. */
  signal?: AbortSignal;
}

/** Told after every batch. */
export interface OcclusionEvent {
  /** Comes after every batch of masked windows. */
  type: 'occlusion';
  /** Windows so far, of `total`. */
  done: number;
  /** Windows in all: 78 of 313 codes, by default. */
  total: number;
  /** What the batch gave, in the order of time. */
  windows: OccludedWindow[];
}

/**
 * How the probability of an answer falls when stretches of an ECG's codes are masked, one after the other (occlusion,
 * Zeiler & Fergus 2014, arXiv 1311.2901): {@link quietCodes} tells what they are masked with.
 *
 * @param logProbability of the answer as it is
 * @throws RangeError as planWindows does; what the signal was aborted with
 */
export async function* occlude(
  language: LanguageModel,
  asked: AskedText,
  logProbability: number,
  { window = 8, stride = 4, batchSize = 16, signal }: OcclusionOptions = {},
): AsyncGenerator<OcclusionEvent> {
  const windows = planWindows(asked.ecg.codes.length, window, stride);
  for (let done = 0; done < windows.length; done += batchSize) {
    await breath();
    signal?.throwIfAborted();
    const batch = windows.slice(done, done + batchSize);
    const left = await maskedLogProbabilities(
      language,
      asked,
      batch.map((stretch) => [stretch]),
    );
    yield {
      type: 'occlusion',
      done: done + batch.length,
      total: windows.length,
      windows: batch.map((stretch, i) => ({ ...stretch, drop: logProbability - left[i] })),
    };
  }
}

/**
 * log p of the answer for each of several maskings of the ECG, all at once.
 *
 * @param maskings the stretches that each of them masks
 */
export function maskedLogProbabilities(
  language: LanguageModel,
  { prompt, answer, firstCode, ecg }: AskedText,
  maskings: readonly (readonly Stretch[])[],
): Promise<number[]> {
  const { fsq } = language;
  const filling = quietCodes(ecg.codes, fsq.levels);
  const ecgs = maskings.map((stretches) => masked(ecg, stretches, filling, fsq));
  const prompts = ecgs.map(({ codes }) => [
    ...prompt.slice(0, firstCode),
    ...codesToIds(language.vocabulary, codes),
    ...prompt.slice(firstCode + ecg.codes.length),
  ]);
  return language.logProbabilities(prompts, answer, ecgs);
}

/** Lets a page draw, and a worker hear that it is to stop: a backend that computes on the spot never would. */
function breath(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve));
}
