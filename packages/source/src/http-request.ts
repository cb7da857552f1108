import { SourceError } from './source.ts';

/** A response whose body is still to come. */
export interface Answer {
  url: string;
  response: Response;
  /** What ends it from outside. */
  signal?: AbortSignal;
  /** Puts the end of patience off: something came. */
  alive(): void;
  /** Ends the transfer, whatever of the body has come. */
  end(): Promise<void>;
}

/** What a request is made with. */
export interface Patience {
  /** Ends it from outside. */
  signal?: AbortSignal;
  /** Milliseconds without anything that comes until it is given up; 30,000 by default. */
  timeout?: number;
  headers?: Record<string, string>;
}

/**
 * One request, whose patience every piece of the body renews.
 *
 * @throws SourceError where no answer came, and the signal's reason when it was ended from outside
 */
export async function ask(path: string, url: string, init: RequestInit, patience: Patience): Promise<Answer> {
  const { signal, timeout = 30_000, headers } = patience;
  signal?.throwIfAborted();
  const ender = new AbortController();
  const abort = () => ender.abort(signal?.reason);
  signal?.addEventListener('abort', abort, { once: true });
  let timer: ReturnType<typeof setTimeout> | undefined;
  const alive = () => {
    clearTimeout(timer);
    timer = setTimeout(() => ender.abort(new Error(`nothing came for ${timeout} ms`)), timeout);
  };
  const release = () => {
    clearTimeout(timer);
    signal?.removeEventListener('abort', abort);
  };
  alive();
  try {
    const response = await fetch(url, { ...init, headers: { ...headers, ...init.headers }, signal: ender.signal });
    const end = async () => {
      release();
      if (!response.body?.locked) await response.body?.cancel().catch(() => undefined);
    };
    return { url, response, signal, alive, end };
  } catch (cause) {
    release();
    if (signal?.aborted) throw signal.reason;
    throw new SourceError(path, 'failed', `${url} could not be fetched: ${reasonOf(cause)}`, { cause });
  }
}

/** The body, at most `most` bytes of it: a longer one is cut off. */
export async function bodyOf(path: string, answer: Answer, most = Number.POSITIVE_INFINITY): Promise<Uint8Array> {
  const { url, response } = answer;
  const pieces: Uint8Array[] = [];
  let length = 0;
  const reader = response.body?.getReader();
  try {
    // A browser takes a transfer that is ended before its last bytes were seen to end for one that failed.
    const declared = Number(response.headers.get('Content-Length') ?? Number.NaN);
    while (reader && (length < most || (length === most && declared === most))) {
      const { done, value } = await reader.read();
      if (done) break;
      answer.alive();
      pieces.push(value);
      length += value.length;
    }
    if (length >= most) await reader?.cancel();
  } catch (cause) {
    if (answer.signal?.aborted) throw answer.signal.reason;
    const broken = `${url} answered ${response.status} and broke off: ${reasonOf(cause)}`;
    throw new SourceError(path, 'failed', broken, { cause });
  } finally {
    await answer.end();
  }
  return joined(pieces, Math.min(length, most));
}

function joined(pieces: Uint8Array[], length: number): Uint8Array {
  const bytes = new Uint8Array(length);
  let at = 0;
  for (const piece of pieces) {
    const kept = piece.subarray(0, length - at);
    bytes.set(kept, at);
    at += kept.length;
  }
  return bytes;
}

function reasonOf(cause: unknown): string {
  const { message, cause: deeper } = cause as Error;
  return deeper instanceof Error ? `${message} (${deeper.message})` : message; // Node says "fetch failed" and the reason below it
}

/** @throws the signal's reason when it is aborted meanwhile */
export function pause(milliseconds: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const abort = () => {
      clearTimeout(timer);
      reject(signal?.reason);
    };
    const timer = setTimeout(() => {
      signal?.removeEventListener('abort', abort);
      resolve();
    }, milliseconds);
    signal?.addEventListener('abort', abort, { once: true });
  });
}
