import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { httpSource, readRecord } from '../src/index.ts';
import { smallRecord } from './expected.ts';

const { lines, dat } = smallRecord();
const files = new Map<string, Uint8Array>([
  ['/data/rec.hea', new TextEncoder().encode(lines.join('\n'))],
  ['/data/rec.dat', dat],
  ['/data/segments.hea', new TextEncoder().encode('segments/2 2 500 10\npacked 5\n~ 5')],
  ['/data/packed.hea', new TextEncoder().encode('packed 2 500 5\npacked.dat 212\npacked.dat 212')],
  ['/data/packed.dat', Uint8Array.of(...new Array(12).fill(0), 0x01, 0x10, 0x21)],
  ['/data/%2Fodd%20%3Fname%23', Uint8Array.of(1)],
]);
const log: string[] = [];
let server: Server;
let origin: string;

/** 'plain' below /plain/ ignores ranges and HEAD, 'wrong' below /wrong/ sends another range than it was asked for. */
beforeAll(async () => {
  server = createServer((request, response) => {
    const kind = /^\/(plain|wrong)\//.exec(request.url ?? '')?.[1];
    const body = files.get((request.url ?? '').replace(/^\/(plain|wrong)\//, '/data/'));
    const range = /^bytes=(\d+)-(\d*)$/.exec(request.headers.range ?? '');
    log.push(`${request.method} ${request.url} ${request.headers.range ?? ''}`.trim());
    if (!body) response.writeHead(404).end();
    else if (kind === 'plain' && request.method === 'HEAD') response.writeHead(405).end();
    else if (kind === 'plain' || !range) response.writeHead(200, { 'Content-Length': body.length }).end(body);
    else if (Number(range[1]) >= body.length) response.writeHead(416).end();
    else {
      const start = Number(range[1]) + (kind === 'wrong' ? 1 : 0);
      const end = Math.min(body.length, range[2] ? Number(range[2]) + 1 : body.length);
      const headers = { 'Content-Range': `bytes ${start}-${end - 1}/${body.length}` };
      response.writeHead(206, headers).end(body.subarray(start, end));
    }
  });
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
  origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => new Promise((closed) => server.close(closed)));

describe('httpSource', () => {
  test('transfers only the bytes asked for', async () => {
    log.length = 0;
    const record = await readRecord(httpSource(`${origin}/data`), 'rec', { from: 10, to: 20 });
    expect(record.samples).toBe(10);
    expect(log).toEqual(['GET /data/rec.hea bytes=0-16777216', 'GET /data/rec.dat bytes=80-159']);
  });

  test('of packed samples and of segments too', async () => {
    const source = httpSource(`${origin}/data`);
    log.length = 0;
    const record = await readRecord(source, 'segments', { from: 4, to: 7, channels: [1], digital: true });
    expect(Array.from(record.digital![0])).toEqual([0x121, -2048, -2048]);
    expect(log).toEqual([
      'GET /data/segments.hea bytes=0-16777216',
      'GET /data/packed.hea bytes=0-16777216',
      'GET /data/packed.dat bytes=12-15', // frame 4, and a byte to see whether the file ends there
    ]);
  });

  test.each(['data/', 'plain/'])('reads ranges as slice does, below %s', async (folder) => {
    const source = httpSource(new URL(folder, `${origin}/`));
    expect(await source.size('rec.dat')).toBe(400);
    expect(await source.read('rec.dat')).toEqual(new Uint8Array(dat));
    expect(await source.read('rec.dat', 8, 16)).toEqual(dat.slice(8, 16));
    expect(await source.read('rec.dat', 390, 1000)).toEqual(dat.slice(390));
    expect(await source.read('rec.dat', 390)).toEqual(dat.slice(390));
    expect(await source.read('rec.dat', 400, 500)).toEqual(new Uint8Array(0));
    expect(await source.read('rec.dat', 7, 7)).toEqual(new Uint8Array(0));
  });

  test('encodes every part of a path, so none leaves the base', async () => {
    const source = httpSource(`${origin}/data`);
    log.length = 0;
    await expect(source.read('%2e%2e/rec?x#y')).rejects.toMatchObject({ reason: 'missing' });
    await expect(source.read('a/https://example.org/rec.dat')).rejects.toMatchObject({ reason: 'missing' });
    expect(log).toEqual(['GET /data/%252e%252e/rec%3Fx%23y', 'GET /data/a/https%3A/example.org/rec.dat']);
    await expect(source.read('../rec.dat')).rejects.toMatchObject({ reason: 'outside' });
    await expect(source.read('//example.org/rec.dat')).rejects.toMatchObject({ reason: 'outside' });
  });

  test('says what went wrong', async () => {
    const source = httpSource(`${origin}/data`);
    await expect(source.size('none.dat')).rejects.toThrow(`none.dat: ${origin}/data/none.dat answered 404`);
    await expect(readRecord(source, 'none')).rejects.toThrow(`none.hea: ${origin}/data/none.hea answered 404`);
    await expect(httpSource(`${origin}/wrong`).read('rec.dat', 8, 16)).rejects.toThrow(
      'was asked for bytes=8-15 and sent bytes 9-15/400',
    );
    await expect(httpSource('http://127.0.0.1:1').read('x')).rejects.toMatchObject({ reason: 'failed' });
  });
});
