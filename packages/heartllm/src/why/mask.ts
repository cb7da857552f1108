import { codeDigits } from '@heartllm/ecg-plot';
import type { Fsq } from '@heartllm/fsq-tokenizer';
import type { EcgInput } from '../results.ts';
import type { Stretch } from './windows.ts';

/** Codes that the quietest stretch has: 256 ms, as much as there is between two beats at 150 per minute. */
const QUIET = 8;

/**
 * What a masked stretch of an ECG is filled with: the ECG's own quietest 8 codes in a row, those whose digits change least from one to the
 * next. Between the waves an ECG looks like that, and the model has seen such codes side by side.
 *
 * What else could stand there, and why it does not:
 * - nothing, as by an attention mask of 0 or by leaving the codes out: the ECG gets shorter, which none was in training, and answers lose
 *   ten times what any other filling costs, whatever the stretch;
 * - the ECG's most frequent code: it is only 6 to 15 of 313, so which one it is is chance, and a row of it is no ECG;
 * - the codes of the signal with a straight line in it: needs the signal, and changes codes outside of the stretch too, as the encoder
 *   sees 217 samples at a time.
 *
 * The choice matters: docs/why.md tells how far the results of these agree.
 */
export function quietCodes(codes: ArrayLike<number>, levels: readonly number[]): number[] {
  const digits = Array.from(codes, (code) => codeDigits(code, levels)); // [codes][D]
  const steps = digits.map((of, i) => of.reduce((sum, digit, d) => sum + (digit - (digits[i - 1] ?? of)[d]) ** 2, 0));
  const length = Math.min(QUIET, digits.length);
  let [best, least] = [0, Number.POSITIVE_INFINITY];
  for (let from = 0; from + length <= digits.length; from++) {
    const change = steps.slice(from + 1, from + length).reduce((sum, step) => sum + step, 0);
    if (change < least) [best, least] = [from, change];
  }
  return Array.from(codes).slice(best, best + length);
}

/** The ECG with other codes in some stretches, the same ones from the beginning of each and over again. */
export function masked(
  { codes, points }: EcgInput,
  stretches: readonly Stretch[],
  filling: readonly number[],
  fsq: Fsq,
): EcgInput {
  const changed = Int32Array.from(codes);
  const changedPoints = points?.slice(); // [codes * D]
  const fillingPoints = fsq.indicesToCodes(filling); // [filling * D]
  const width = fsq.levels.length;
  for (const { from, to } of stretches) {
    for (let code = from; code < to; code++) {
      const i = (code - from) % filling.length;
      changed[code] = filling[i];
      changedPoints?.set(fillingPoints.subarray(i * width, (i + 1) * width), code * width);
    }
  }
  return { codes: changed, ...(changedPoints && { points: changedPoints }) };
}
