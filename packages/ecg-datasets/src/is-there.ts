import { type Source, SourceError } from '@heartllm/ecg-io';

/** Whether a source has a file. */
export async function isThere(source: Source, file: string): Promise<boolean> {
  try {
    await source.size(file);
    return true;
  } catch (error) {
    if (error instanceof SourceError && error.reason === 'missing') return false;
    throw error;
  }
}
