import { PrepareError } from './error.ts';

/** A filter has 21 taps for each step of the larger term that its signals use: with this limit, 50 MB at most. */
const LARGEST_TERM = 250_000;
const EXACT = 1e-10;

/**
 * toHz / fromHz as a fraction [up, down] in lowest terms: the simplest that is exact to 1e-10, or the closest with both terms up to 250,000.
 *
 * @throws PrepareError where one rate is more than 250,000 times the other
 */
export function rateRatio(fromHz: number, toHz: number): [up: number, down: number] {
  if (toHz < fromHz) {
    const [down, up] = rateRatio(toHz, fromHz);
    return [up, down];
  }
  const ratio = toHz / fromHz; // 1 or more, so the numerator is the larger term
  if (ratio > LARGEST_TERM) {
    throw new PrepareError(undefined, `${fromHz} and ${toHz} Hz: more than a factor of ${LARGEST_TERM} apart`);
  }
  // Convergents of the continued fraction: each is the closest fraction with a denominator as small as its own.
  let [p0, q0, p1, q1] = [1, 0, Math.floor(ratio), 1];
  let rest = ratio - p1;
  while (Math.abs(p1 / q1 - ratio) > EXACT * ratio) {
    rest = 1 / rest;
    const digit = Math.floor(rest);
    rest -= digit;
    const [p2, q2] = [digit * p1 + p0, digit * q1 + q0];
    if (p2 > LARGEST_TERM) {
      // The last step is too long: as many of its parts as fit, if that is closer.
      const part = Math.max(0, Math.floor((LARGEST_TERM - p0) / p1));
      const [p, q] = [part * p1 + p0, part * q1 + q0];
      return q > 0 && Math.abs(p / q - ratio) < Math.abs(p1 / q1 - ratio) ? [p, q] : [p1, q1];
    }
    [p0, q0, p1, q1] = [p1, q1, p2, q2];
  }
  return [p1, q1];
}
