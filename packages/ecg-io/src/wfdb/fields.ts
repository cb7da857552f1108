import { pathParts } from '@heartllm/source';
import { quote, WfdbError, type WfdbPlace } from './error.ts';

/** Readers of single header fields; each throws WfdbError naming the place, what was expected and what was found. */

/** A whole number within [least, 2^53). */
export function integer(text: string | undefined, place: WfdbPlace, least = -Number.MAX_SAFE_INTEGER): number {
  const value = text !== undefined && /^[+-]?\d+$/.test(text) ? Number(text) : Number.NaN;
  if (!Number.isSafeInteger(value) || value < least) {
    const expected = least === 0 ? 'an integer of 0 or more' : least === 1 ? 'an integer of 1 or more' : 'an integer';
    throw new WfdbError(place, `expected ${expected}, found ${text === undefined ? 'nothing' : quote(text)}`);
  }
  return value + 0; // "-0" is 0
}

/** A finite decimal number, with or without exponent. */
export function decimal(text: string, place: WfdbPlace): number {
  const value = /^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$/.test(text) ? Number(text) : Number.NaN;
  if (!Number.isFinite(value)) throw new WfdbError(place, `expected a number, found ${quote(text)}`);
  return value;
}

/** A file or segment name below the header's own folder. */
export function localName(text: string, place: WfdbPlace): string {
  try {
    return pathParts(text).join('/');
  } catch (cause) {
    const expected = 'expected a relative name that stays in the folder of the header';
    throw new WfdbError(place, `${expected}, found ${quote(text)}`, { cause });
  }
}
