import type { Source } from '@heartllm/ecg-io';

/** Whether a source has a file. */
export function isThere(source: Source, path: string): Promise<boolean> {
  return source.size(path).then(
    () => true,
    () => false,
  );
}
