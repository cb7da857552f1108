import { SourceError } from './source.ts';

/**
 * The parts of a path inside a source, `.` and empty ones dropped. Throws SourceError for a path that is empty, absolute, climbs with
 * `..`, or holds a backslash (it separates folders on one system and not on another), NUL or half a surrogate pair.
 */
export function pathParts(path: string): string[] {
  if (typeof path !== 'string') throw new TypeError(`expected a path inside a source, found ${typeof path}`);
  const parts = path.split('/').filter((part) => part !== '' && part !== '.');
  const leaves =
    path.startsWith('/') || /^[A-Za-z]:/.test(path) || /[\\\0\p{Surrogate}]/u.test(path) || parts.includes('..');
  if (leaves) throw new SourceError(path, 'outside', 'a path inside a source is relative, without .. or backslash');
  if (parts.length === 0) throw new SourceError(path, 'missing', 'the path names no file');
  return parts;
}
