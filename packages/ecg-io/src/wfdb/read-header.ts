import { assertSource, type Source, SourceError } from '@heartllm/source';
import { describe, WfdbError, type WfdbPlace } from './error.ts';
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
  assertSource(source, 'readHeader');
  const file = `${recordPath(name)}.hea`;
  const bytes = await asWfdbError({ file }, source.read(file, 0, LONGEST_HEADER + 1));
  if (bytes.length > LONGEST_HEADER) {
    throw new WfdbError({ file, offset: LONGEST_HEADER }, `expected a header of at most ${LONGEST_HEADER} bytes`);
  }
  try {
    return parseHeader(bytes, file);
  } catch (error) {
    const beside = await besideHeader(source, file, (error as Error).cause);
    if (!(error instanceof WfdbError) || beside === '') throw error;
    const { line, field, message } = error;
    const place = { file, line, field };
    throw new WfdbError(place, message.slice(describe(place).length + 2) + beside, { cause: error.cause });
  }
}

/** The record's path without suffix; .mat is what the PhysioNet Challenges call their signal files. */
export function recordPath(name: string): string {
  if (typeof name !== 'string') throw new TypeError(`expected the name of a record, found ${typeof name}`);
  return name.replace(/^(\.\/)+/, '').replace(/\.(hea|dat|mat)$/i, '');
}

/**
 * What a source could not do, as an error that also says which line of the record asked for it.
 *
 * @param named the source, where a header names the file: the error then says if it lies beside the header
 */
export async function asWfdbError<T>(place: WfdbPlace, promise: Promise<T>, named?: Source): Promise<T> {
  try {
    return await promise;
  } catch (cause) {
    const message = (cause as Error).message;
    const ownPath = `${place.file}: `;
    const beside = named ? await besideHeader(named, place.file, cause) : '';
    throw new WfdbError(place, (message.startsWith(ownPath) ? message.slice(ownPath.length) : message) + beside, {
      cause,
    });
  }
}

/** Some headers name their files with the folder in which they were written: where such a file lies here, in words that end a message. */
async function besideHeader(source: Source, header: string, cause: unknown): Promise<string> {
  const found = cause instanceof WfdbError ? cause.cause : cause; // a segment's header is missing with an error of its own
  if (!(found instanceof SourceError) || found.reason === 'failed') return '';
  const folder = header.slice(0, header.lastIndexOf('/') + 1);
  const name = found.path.replace(/^.*[\\/]/s, '');
  for (const beside of [name, `${name}.hea`]) {
    if (folder + beside === found.path || folder + beside === header) continue;
    const isThere = await source.size(folder + beside).then(
      () => true,
      () => false,
    );
    if (isThere) return `; ${beside} lies beside the header, which should name it without a folder`;
  }
  return '';
}
