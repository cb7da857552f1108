import type { SignalFormat } from './format.ts';
import { format16 } from './format16.ts';

/** The signal formats that can be read, by their number in a header. */
export const formats: ReadonlyMap<string, SignalFormat> = new Map([['16', format16]]);

/** Every format of the WFDB library, to tell one that is not read here from one that does not exist. */
export const knownFormats: ReadonlySet<string> = new Set('0 8 16 24 32 61 80 160 212 310 311 508 516 524'.split(' '));
