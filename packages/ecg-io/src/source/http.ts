import { pathParts } from './path.ts';
import { type Source, SourceError } from './source.ts';

/**
 * Files below a base URL, read with range requests: of a large file only the bytes asked for are transferred. A server that ignores
 * ranges works too, at the price of the whole file.
 *
 * ```ts
 * const source = httpSource('https://physionet.org/files/ptb-xl/1.0.3/');
 * ```
 *
 * Every part of a path is percent-encoded, so nothing in a path can reach another host, a query or a folder above the base.
 * Across origins the server has to allow GET, HEAD and Range.
 *
 * @param baseUrl with or without a slash at its end
 * @returns a source whose methods throw SourceError: 'missing' for status 404 and 410, 'failed' for any other and for no answer
 */
export function httpSource(baseUrl: string | URL): Source {
  const base = String(baseUrl).replace(/\/*$/, '/');

  async function request(path: string, init: RequestInit): Promise<Response> {
    const url = base + pathParts(path).map(encodeURIComponent).join('/');
    let answer: Response;
    try {
      answer = await fetch(url, init);
    } catch (cause) {
      throw new SourceError(path, 'failed', `${url} could not be fetched: ${(cause as Error).message}`, { cause });
    }
    if (answer.status === 404 || answer.status === 410) {
      throw new SourceError(path, 'missing', `${url} answered ${answer.status}`);
    }
    return answer;
  }

  async function read(path: string, start = 0, end?: number): Promise<Uint8Array> {
    if (end !== undefined && end <= start) return new Uint8Array(0);
    const whole = start === 0 && end === undefined;
    const range = `bytes=${start}-${end === undefined ? '' : end - 1}`;
    const answer = await request(path, whole ? {} : { headers: { Range: range } });
    if (answer.status === 416) return new Uint8Array(0); // the range begins behind the last byte
    if (!answer.ok) throw new SourceError(path, 'failed', `${answer.url} answered ${answer.status}`);
    const bytes = await bodyOf(path, answer);
    if (answer.status !== 206) return bytes.subarray(start, end);
    const given = answer.headers.get('Content-Range');
    if (given && !given.startsWith(`bytes ${start}-`)) {
      throw new SourceError(path, 'failed', `${answer.url} was asked for ${range} and sent ${given}`);
    }
    return end === undefined ? bytes : bytes.subarray(0, end - start);
  }

  return {
    read,
    async size(path) {
      const head = await request(path, { method: 'HEAD' });
      const length = head.headers.get('Content-Length');
      // The length of a compressed transfer says nothing about the file.
      if (head.ok && length !== null && !head.headers.has('Content-Encoding')) return Number(length);
      const first = await request(path, { headers: { Range: 'bytes=0-0' } });
      const total = /\/(\d+)$/.exec(first.headers.get('Content-Range') ?? '');
      if (total) {
        await first.body?.cancel();
        return Number(total[1]);
      }
      if (!first.ok) throw new SourceError(path, 'failed', `${first.url} answered ${first.status}`);
      return first.status === 200 ? (await bodyOf(path, first)).byteLength : (await read(path)).byteLength;
    },
  };
}

async function bodyOf(path: string, answer: Response): Promise<Uint8Array> {
  try {
    return new Uint8Array(await answer.arrayBuffer());
  } catch (cause) {
    throw new SourceError(path, 'failed', `${answer.url} broke off: ${(cause as Error).message}`, { cause });
  }
}
