import type { Source } from '@heartllm/ecg-io';
import { DatasetError } from '../error.ts';

/** Large enough that a table of 200 MB takes 200 requests over HTTP, small enough to be held several times. */
const CHUNK_BYTES = 1 << 20;

/**
 * The text of a file, piece by piece, so that no table has to fit into memory. A byte order mark is left out.
 *
 * @throws DatasetError where the bytes are no UTF-8
 */
export async function* textOf(source: Source, file: string): AsyncGenerator<string> {
  const decoder = new TextDecoder('utf-8', { fatal: true });
  for (let at = 0, more = true; more; at += CHUNK_BYTES) {
    const bytes = await source.read(file, at, at + CHUNK_BYTES);
    more = bytes.length === CHUNK_BYTES; // a source clamps to the end of the file
    yield decode(decoder, file, at, bytes, more);
  }
}

function decode(decoder: TextDecoder, file: string, at: number, bytes: Uint8Array, stream: boolean): string {
  try {
    return decoder.decode(bytes, { stream });
  } catch (cause) {
    throw new DatasetError({ file }, `expected text in UTF-8, found other bytes behind byte ${at}`, { cause });
  }
}
