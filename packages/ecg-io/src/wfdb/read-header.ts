import type { Source } from '../source/source.ts';
import { WfdbError, type WfdbPlace } from './error.ts';
import { parseHeader } from './header.ts';
import type { WfdbHeader } from './header-types.ts';

/** Real headers have some kilobytes; even one with 100,000 segments stays below. A signal file that is called .hea does not. */
const LONGEST_HEADER = 1 << 24;

/**
 * Reads and parses the header of a WFDB record, https://physionet.org/physiotools/wag/header-5.htm.
 *
 * @param name the record inside the source, '00001_hr' or 'records500/00000/00001_hr', with or without '.hea' or '.dat'
 * @throws WfdbError if the header is missing or wrong, naming line and field
 */
export async function readHeader(source: Source, name: string): Promise<WfdbHeader> {
  const file = `${recordPath(name)}.hea`;
  const bytes = await asWfdbError({ file }, source.read(file, 0, LONGEST_HEADER + 1));
  if (bytes.length > LONGEST_HEADER) {
    throw new WfdbError({ file, offset: LONGEST_HEADER }, `expected a header of at most ${LONGEST_HEADER} bytes`);
  }
  return parseHeader(bytes, file);
}

/** The record's path without suffix; .mat is what the PhysioNet Challenges call their signal files. */
export function recordPath(name: string): string {
  return name.replace(/^(\.\/)+/, '').replace(/\.(hea|dat|mat)$/i, '');
}

/** What a source could not do, as an error that also says which line of the record asked for it. */
export async function asWfdbError<T>(place: WfdbPlace, promise: Promise<T>): Promise<T> {
  try {
    return await promise;
  } catch (cause) {
    const message = (cause as Error).message;
    const ownPath = `${place.file}: `;
    throw new WfdbError(place, message.startsWith(ownPath) ? message.slice(ownPath.length) : message, { cause });
  }
}
