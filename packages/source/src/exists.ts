import { assertSource, type Source } from './source.ts';

/**
 * Whether a source has a file.
 *
 * @returns false only for a file that is absent
 * @throws what the source throws for a file that cannot be read now (no permission, too many open files, a server's 503): taking it for
 *   absent would lose data
 */
export async function exists(source: Source, path: string): Promise<boolean> {
  assertSource(source, 'exists');
  try {
    await source.size(path);
    return true;
  } catch (error) {
    if (isMissing(error)) return false;
    throw error;
  }
}

/**
 * Whether an error says that a file is absent, and not that it cannot be read now: a SourceError of this or another copy of the package,
 * Node's ENOENT and ENOTDIR, a browser's NotFoundError.
 */
export function isMissing(error: unknown): boolean {
  const { reason, code, name } = (error ?? {}) as { reason?: unknown; code?: unknown; name?: unknown };
  return reason === 'missing' || code === 'ENOENT' || code === 'ENOTDIR' || name === 'NotFoundError';
}
