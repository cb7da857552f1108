import { memorySource, type Source } from '@heartllm/ecg-io';
import type { OpenEvent } from './protocol.ts';

/**
 * Files of the server that the page came from, in memory.
 *
 * @param tell how many bytes came in; may throw to stop
 * @throws Error naming the file that the server does not give
 */
export async function fetchFiles(
  url: string,
  files: { path: string; size: number }[],
  tell: (event: OpenEvent) => Promise<void>,
  signal: AbortSignal,
): Promise<Source> {
  const total = files.reduce((sum, { size }) => sum + size, 0);
  const contents = new Map<string, Uint8Array>();
  let read = 0;
  for (const { path } of files) {
    const answer = await fetch(new URL(path, url), { signal });
    if (!answer.ok || !answer.body) throw new Error(`${path}: the server answered ${answer.status}`);
    const pieces: Uint8Array<ArrayBuffer>[] = [];
    const reader = answer.body.getReader();
    for (let next = await reader.read(); !next.done; next = await reader.read()) {
      pieces.push(next.value);
      read += next.value.length;
      await tell({ read: Math.min(read, total), total });
    }
    contents.set(path, new Uint8Array(await new Blob(pieces).arrayBuffer()));
  }
  return memorySource(contents);
}
