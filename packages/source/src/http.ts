import { type Answer, ask, bodyOf, pause } from './http-request.ts';
import { pathParts } from './path.ts';
import { type Source, SourceError } from './source.ts';

/** How a server is asked. */
export interface HttpOptions {
  /** Ends what is being fetched, and whatever is asked for later. */
  signal?: AbortSignal;
  /** Milliseconds until a request without an answer, or a body without new bytes, is given up; 30,000 by default. */
  timeout?: number;
  /** Headers of every request, `Authorization` for instance. */
  headers?: Record<string, string>;
}

/** Answers that say "not now": they are asked again, after these milliseconds. */
const BUSY = new Set([502, 503, 504]);
const PAUSES = [200, 800, 2000];

/**
 * Files below a base URL, read with range requests: of a large file only the bytes asked for are transferred. A server that ignores
 * ranges works too, at the price of the whole file.
 *
 * ```ts
 * const source = httpSource('https://physionet.org/files/ptb-xl/1.0.3/');
 * ```
 *
 * Every part of a path is percent-encoded, so nothing in a path can reach another host, a query or a folder above the base.
 * Across origins the server has to allow GET, HEAD and Range, and to expose Content-Range and ETag. Statuses 502, 503 and 504 are asked
 * again, three times within three seconds. Once a file's ETag or date is known, later parts of it must be of the same version.
 *
 * @param baseUrl with or without a slash at its end
 * @returns a source whose methods throw SourceError: 'missing' for status 404 and 410, 'failed' for any other, for no answer, for an
 *   answer of other bytes than were asked for, and for a file that changed between two reads. The message names URL and status.
 */
export function httpSource(baseUrl: string | URL, options: HttpOptions = {}): Source {
  const base = String(baseUrl).replace(/\/*$/, '/');
  const versions = new Map<string, Version>();

  async function request(path: string, init: { method?: string; headers?: Record<string, string> }): Promise<Answer> {
    const url = base + pathParts(path).map(encodeURIComponent).join('/');
    for (let attempt = 0; ; attempt++) {
      const answer = await ask(path, url, init, options);
      const { status } = answer.response;
      const milliseconds = BUSY.has(status) ? PAUSES[attempt] : undefined;
      if (milliseconds === undefined && status !== 404 && status !== 410) return answer;
      await answer.end();
      if (milliseconds === undefined) throw new SourceError(path, 'missing', `${url} answered ${status}`);
      await pause(milliseconds, options.signal);
    }
  }

  /** Remembers the version of a file, and refuses another. */
  function keepVersion(path: string, { url, response }: Answer): void {
    const found = versionOf(response);
    const known = versions.get(path);
    if (known && differ(known, found)) {
      throw new SourceError(path, 'failed', `${url} changed while it was read: open it again`);
    }
    versions.set(path, { ...found, ...known });
  }

  async function read(path: string, start = 0, end?: number): Promise<Uint8Array> {
    if (end !== undefined && end <= start) return new Uint8Array(0);
    if (start === 0 && end === undefined) return wholeFile(path);
    const range = `bytes=${start}-${end === undefined ? '' : end - 1}`;
    const validator = validatorOf(versions.get(path));
    const answer = await request(path, { headers: { Range: range, ...(validator && { 'If-Range': validator }) } });
    const { response, url } = answer;
    if (response.status === 416) {
      await answer.end();
      return new Uint8Array(0); // the range begins behind the last byte
    }
    if (!response.ok) throw await refused(path, answer, ` to ${range}`);
    keepVersion(path, answer);
    // A server that ignores ranges sends the whole file, of which the part is cut out.
    if (response.status !== 206) return (await bodyOf(path, answer, end)).slice(start, end);
    const length = sentBytes(response, start, end);
    if (length === undefined) {
      await answer.end();
      const sent = response.headers.get('Content-Range');
      throw new SourceError(path, 'failed', `${url} was asked for ${range} and sent ${sent}`);
    }
    const bytes = await bodyOf(path, answer, length);
    if (bytes.length < length && Number.isFinite(length) && response.headers.has('Content-Range')) {
      throw new SourceError(path, 'failed', `${url} sent ${bytes.length} of ${length} bytes of ${range}`);
    }
    return bytes;
  }

  async function wholeFile(path: string): Promise<Uint8Array> {
    const answer = await request(path, {});
    if (!answer.response.ok) throw await refused(path, answer);
    keepVersion(path, answer);
    return bodyOf(path, answer);
  }

  return {
    read,
    async size(path) {
      const head = await request(path, { method: 'HEAD' });
      const length = head.response.headers.get('Content-Length');
      await head.end();
      // The length of a compressed transfer says nothing about the file.
      if (head.response.ok && length !== null && !head.response.headers.has('Content-Encoding')) {
        keepVersion(path, head);
        return Number(length);
      }
      const first = await request(path, { headers: { Range: 'bytes=0-0' } });
      const { status } = first.response;
      if (status === 416) {
        await first.end();
        return 0; // an empty file has no first byte
      }
      if (!first.response.ok) throw await refused(path, first);
      keepVersion(path, first);
      const total = totalOf(first.response);
      if (status === 200) return (await bodyOf(path, first)).byteLength;
      await first.end();
      return total ?? (await wholeFile(path)).byteLength;
    },
  };
}

async function refused(path: string, answer: Answer, to = ''): Promise<SourceError> {
  await answer.end();
  return new SourceError(path, 'failed', `${answer.url} answered ${answer.response.status}${to}`);
}

/** What tells one version of a file from another; each may be hidden or not given. */
interface Version {
  etag?: string;
  date?: string;
  total?: number;
}

function versionOf(response: Response): Version {
  const etag = response.headers.get('ETag');
  const date = response.headers.get('Last-Modified');
  const total = totalOf(response);
  return { ...(etag && { etag }), ...(date && { date }), ...(total !== undefined && { total }) };
}

function differ(known: Version, found: Version): boolean {
  if (known.total !== undefined && found.total !== undefined && known.total !== found.total) return true;
  if (known.etag && found.etag) return known.etag !== found.etag;
  return known.date !== undefined && found.date !== undefined && known.date !== found.date;
}

/** For If-Range, which takes no weak ETag (RFC 9110, 13.1.5). */
function validatorOf(version?: Version): string | undefined {
  return version?.etag ? (version.etag.startsWith('W/') ? undefined : version.etag) : version?.date;
}

const CONTENT_RANGE = /^bytes (\d+)-(\d+)\/(\d+|\*)$/;

function totalOf(response: Response): number | undefined {
  const total = Number(CONTENT_RANGE.exec(response.headers.get('Content-Range') ?? '')?.[3]);
  return Number.isNaN(total) ? undefined : total;
}

/**
 * How many of the bytes [start, end) a 206 holds, at most as many as were asked for; undefined where it holds others. Across origins
 * Content-Range may be hidden, and the body is taken at its word.
 */
function sentBytes(response: Response, start: number, end = Number.POSITIVE_INFINITY): number | undefined {
  const text = response.headers.get('Content-Range');
  if (text === null) return end - start;
  const [, first, last, total] = CONTENT_RANGE.exec(text)?.map(Number) ?? [];
  const wanted = Math.min(end, Number.isNaN(total) ? end : total);
  if (first !== start || (Number.isFinite(wanted) && last < wanted - 1)) return undefined;
  return Math.min(last + 1, end) - start;
}
