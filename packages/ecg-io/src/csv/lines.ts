import type { Source } from '@heartllm/source';
import { EcgFileError } from '../file-error.ts';
import { textDecoder } from './decode-text.ts';

/** Bytes read at a time. */
const PIECE = 1 << 20;
/** 12 leads take about 100 characters. */
const LONGEST_LINE = 1 << 20;

/**
 * The lines of a text, many at a time, with the number of the first; they end with LF, CRLF or CR. The file is never in memory as a whole.
 *
 * @throws EcgFileError for a line that is too long to be one
 */
export async function* readLines(source: Source, file: string): AsyncGenerator<{ first: number; lines: string[] }> {
  const size = await source.size(file);
  let decoder: TextDecoder | undefined;
  let rest = '';
  let first = 1;
  for (let at = 0; at < size; at += PIECE) {
    const last = at + PIECE >= size;
    const bytes = await source.read(file, at, Math.min(size, at + PIECE));
    decoder ??= textDecoder(bytes);
    const text = rest + decoder.decode(bytes, { stream: !last }); // a byte order mark is dropped
    const cut = !last && text.endsWith('\r') ? '\r' : ''; // its LF may be in the next piece
    const lines = text.slice(0, text.length - cut.length).split(/\r\n|\n|\r/);
    rest = last ? '' : lines.pop() + cut;
    const long = rest.length > LONGEST_LINE ? lines.length : lines.findIndex((line) => line.length > LONGEST_LINE);
    if (long >= 0) {
      throw new EcgFileError({ file, line: first + long }, `expected a line of at most ${LONGEST_LINE} characters`);
    }
    yield { first, lines };
    first += lines.length;
  }
}
