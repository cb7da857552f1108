import { format8, format80 } from './bytes.ts';
import type { PackedFormat } from './format.ts';
import { format212 } from './format212.ts';
import { format310, format311 } from './format310.ts';
import { format16, format24, format32, format61, format160 } from './words.ts';

/** How the samples of a signal file are coded. */
export type Coding =
  | { kind: 'packed'; invalid: number; format: PackedFormat }
  /** A FLAC stream with a channel per signal, of at most `bits` bits. */
  | { kind: 'flac'; invalid: number; bits: number }
  /** Format 0: there is no file, every sample is invalid. */
  | { kind: 'null'; invalid: number };

const packed = (format: PackedFormat): Coding => ({ kind: 'packed', invalid: format.invalid, format });
const flac = (bits: number): Coding => ({ kind: 'flac', invalid: -(2 ** (bits - 1)), bits });

/** Every signal format of the WFDB library, by its number in a header. */
export const codings: ReadonlyMap<string, Coding> = new Map([
  ['0', { kind: 'null', invalid: -32768 }],
  ['8', packed(format8)],
  ['16', packed(format16)],
  ['24', packed(format24)],
  ['32', packed(format32)],
  ['61', packed(format61)],
  ['80', packed(format80)],
  ['160', packed(format160)],
  ['212', packed(format212)],
  ['310', packed(format310)],
  ['311', packed(format311)],
  ['508', flac(8)],
  ['516', flac(16)],
  ['524', flac(24)],
]);
