import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { exists, httpSource } from '../src/index.ts';

type Handler = (request: IncomingMessage, response: ServerResponse) => void;
const body = Uint8Array.from({ length: 100 }, (_, i) => i);
const headers: IncomingMessage['headers'][] = [];
let handler: Handler;
let server: Server;
let base: string;

beforeAll(async () => {
  server = createServer((request, response) => {
    headers.push(request.headers);
    handler(request, response);
  });
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
  base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});

/** Serves ranges of the body, with more headers. */
const serve =
  (more: () => Record<string, string> = () => ({})): Handler =>
  (request, response) => {
    const [, first, last] = /^bytes=(\d+)-(\d*)$/.exec(request.headers.range ?? '') ?? [];
    if (first === undefined)
      return response
        .writeHead(200, { 'Content-Length': 100, ...more() })
        .end(request.method === 'HEAD' ? undefined : body);
    const end = Math.min(100, last ? Number(last) + 1 : 100);
    const range = { 'Content-Range': `bytes ${first}-${end - 1}/100` };
    return response.writeHead(206, { ...range, ...more() }).end(body.subarray(Number(first), end));
  };

test('sends the known ETag with the next range, and no weak one', async () => {
  handler = serve(() => ({ ETag: '"v1"' }));
  const source = httpSource(base);
  expect(await source.size('x')).toBe(100);
  headers.length = 0;
  expect(await source.read('x', 10, 12)).toEqual(Uint8Array.of(10, 11));
  expect(headers[0]['if-range']).toBe('"v1"');
  handler = serve(() => ({ ETag: 'W/"v1"' }));
  const weak = httpSource(base);
  await weak.size('x');
  headers.length = 0;
  await weak.read('x', 10, 12);
  expect(headers[0]['if-range']).toBeUndefined();
});

test.each([
  ['ETag', (n: number) => ({ ETag: `"v${n}"` })],
  ['Last-Modified', (n: number) => ({ 'Last-Modified': new Date(n * 1e9).toUTCString() })],
])('a file whose %s changes is an error', async (_, more) => {
  let version = 1;
  handler = serve(() => more(version));
  const source = httpSource(base);
  await source.read('x', 0, 10);
  version = 2;
  await expect(source.read('x', 10, 20)).rejects.toMatchObject({
    reason: 'failed',
    message: `x: ${base}/x changed while it was read: open it again`,
  });
});

test('a longer answer is cut off at what was asked', async () => {
  handler = (_, response) => response.writeHead(206, { 'Content-Range': 'bytes 10-99/100' }).end(body.subarray(10));
  expect(await httpSource(base).read('x', 10, 13)).toEqual(Uint8Array.of(10, 11, 12));
  handler = (_, response) => response.writeHead(206).end(body.subarray(10)); // as where a page may not see Content-Range
  expect(await httpSource(base).read('x', 10, 13)).toEqual(Uint8Array.of(10, 11, 12));
});

test('a server without ranges is read no further than the part', async () => {
  let sent = 0;
  handler = (_, response) => {
    response.writeHead(200);
    const more = () => {
      if (response.destroyed || sent > 1e9) return;
      sent += 1 << 20;
      response.write(new Uint8Array(1 << 20).fill(7), more);
    };
    more();
  };
  expect(await httpSource(base).read('x', 5, 8)).toEqual(Uint8Array.of(7, 7, 7));
  expect(sent).toBeLessThan(1e9);
});

test.each([
  ['bytes 11-12/100', 'another range'],
  ['bytes 10-10/100', 'a shorter range that is not the end'],
  ['lines 10-12/100', 'another unit'],
])('%s for bytes 10 to 12 is an error: %s', async (range) => {
  handler = (_, response) => response.writeHead(206, { 'Content-Range': range }).end(body.subarray(10, 13));
  await expect(httpSource(base).read('x', 10, 13)).rejects.toThrow(`was asked for bytes=10-12 and sent ${range}`);
});

test('fewer bytes than Content-Range promises are an error', async () => {
  handler = (_, response) => response.writeHead(206, { 'Content-Range': 'bytes 10-12/100' }).end(body.subarray(10, 12));
  await expect(httpSource(base).read('x', 10, 13)).rejects.toThrow('sent 2 of 3 bytes');
});

test.each([502, 503, 504])('%i is asked again', async (status) => {
  let left = 2;
  handler = (request, response) => (left-- > 0 ? response.writeHead(status).end() : serve()(request, response));
  expect(await httpSource(base).read('x', 0, 2)).toEqual(Uint8Array.of(0, 1));
  expect(left).toBe(-1);
});

test('a lasting 503 is an error with URL and status, and no absence', async () => {
  handler = (_, response) => response.writeHead(503).end();
  const source = httpSource(base);
  await expect(source.read('x', 0, 2)).rejects.toThrow(`x: ${base}/x answered 503 to bytes=0-1`);
  await expect(exists(source, 'x')).rejects.toMatchObject({ reason: 'failed' });
  handler = (_, response) => response.writeHead(404).end();
  expect(await exists(source, 'x')).toBe(false);
});

test('a server that falls silent is given up, before and within the body', async () => {
  handler = () => undefined;
  await expect(httpSource(base, { timeout: 50 }).read('x')).rejects.toThrow('nothing came for 50 ms');
  handler = (_, response) => response.writeHead(200, { 'Content-Length': 100 }).write(body.subarray(0, 10));
  await expect(httpSource(base, { timeout: 50 }).read('x')).rejects.toThrow('nothing came for 50 ms');
});

test('a signal ends what is being fetched, and what is asked for later', async () => {
  handler = (_, response) => response.writeHead(200, { 'Content-Length': 100 }).write(body.subarray(0, 10));
  const stop = new AbortController();
  const source = httpSource(base, { signal: stop.signal });
  const reading = source.read('x');
  setTimeout(() => stop.abort(new Error('the page was closed')), 50);
  await expect(reading).rejects.toThrow('the page was closed');
  await expect(source.size('x')).rejects.toThrow('the page was closed');
});

test('an empty file', async () => {
  handler = (request, response) =>
    request.method === 'HEAD'
      ? response.writeHead(405).end()
      : response.writeHead(416, { 'Content-Range': 'bytes */0' }).end();
  const source = httpSource(base);
  expect(await source.size('x')).toBe(0);
  expect(await source.read('x', 0, 5)).toEqual(new Uint8Array(0));
});

test('sends the headers that it is given', async () => {
  handler = serve();
  headers.length = 0;
  await httpSource(base, { headers: { Authorization: 'Bearer x' } }).read('x', 0, 1);
  expect(headers[0]).toMatchObject({ authorization: 'Bearer x', range: 'bytes=0-0' });
});
