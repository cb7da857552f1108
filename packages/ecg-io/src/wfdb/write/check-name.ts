import { quote, WfdbError, type WfdbPlace } from '../error.ts';

/** A name of the WFDB software, fit for a file name and a word of a header. Throws WfdbError. */
export function checkName(name: string, place: WfdbPlace): void {
  if (/^[\w-]+$/.test(name)) return;
  throw new WfdbError(place, `expected letters, digits, "_" and "-", found ${quote(name)}`);
}
