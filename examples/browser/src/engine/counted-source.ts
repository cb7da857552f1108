import type { Source } from '@heartllm/ecg-io';
import type { Files, OpenEvent } from './protocol.ts';

/** A source that tells how much of its files was read. */
export function counted(source: Source, files: Files, tell: (event: OpenEvent) => Promise<void>): Source {
  const total = Object.values(files).reduce((sum, { size }) => sum + size, 0);
  let read = 0;
  return {
    size: (path) => source.size(path),
    async read(path, start, end) {
      const bytes = await source.read(path, start, end);
      read = Math.min(total, read + bytes.length);
      await tell({ read, total });
      return bytes;
    },
  };
}
