import type { Source } from '@heartllm/source';
import { EcgFileError } from '../file-error.ts';

/** Bytes read at a time. */
const PIECE = 1 << 20;
/** 12 leads take about 100 characters. */
const LONGEST_LINE = 1 << 20;

/** The lines of a UTF-8 text, many at a time, with the number of the first; the file is never in memory as a whole. */
export async function* readLines(source: Source, file: string): AsyncGenerator<{ first: number; lines: string[] }> {
  const size = await source.size(file);
  const decoder = new TextDecoder(); // drops a byte order mark
  let rest = '';
  let first = 1;
  for (let at = 0; at < size; at += PIECE) {
    const last = at + PIECE >= size;
    const bytes = await source.read(file, at, Math.min(size, at + PIECE));
    const lines = (rest + decoder.decode(bytes, { stream: !last })).split('\n');
    rest = last ? '' : (lines.pop() ?? '');
    const long = rest.length > LONGEST_LINE ? lines.length : lines.findIndex((line) => line.length > LONGEST_LINE);
    if (long >= 0) {
      throw new EcgFileError({ file, line: first + long }, `expected a line of at most ${LONGEST_LINE} characters`);
    }
    yield { first, lines: lines.map((line) => (line.endsWith('\r') ? line.slice(0, -1) : line)) };
    first += lines.length;
  }
}
