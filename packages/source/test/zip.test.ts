import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { crc32, memorySource, openZip } from '../src/index.ts';
import { zipOf } from './zip-of.ts';

const text = new TextEncoder().encode('sinus rhythm '.repeat(100));

test('crc32 of the check value of ISO 3309, whole and in pieces', () => {
  const bytes = new TextEncoder().encode('123456789');
  expect(crc32(bytes)).toBe(0xcbf43926);
  expect(crc32(bytes.subarray(4), crc32(bytes.subarray(0, 4)))).toBe(0xcbf43926);
});

describe.each([true, false])('deflated: %s', (deflated) => {
  test('reads whole files and parts of them', async () => {
    const zip = await openZip(
      memorySource({ 'a.zip': await zipOf({ 'x/a.txt': text, empty: new Uint8Array(0) }, deflated) }),
      'a.zip',
    );
    expect(zip.names).toEqual(['x/a.txt', 'empty']);
    expect(zip.size('x/a.txt')).toBe(text.length);
    const file = await zip.open('x/a.txt');
    await file.check();
    expect(await file.read(0, text.length)).toEqual(text);
    expect(await file.read(7, 30)).toEqual(text.slice(7, 30));
    expect((await (await zip.open('empty')).read(0, 0)).length).toBe(0);
    await expect(zip.open('none')).rejects.toThrow('a.zip: has no entry "none"');
  });

  test('no flipped bit that changes the content goes unnoticed', async () => {
    const noise = Uint8Array.from({ length: 1000 }, (_, i) => (i * i * 31 + (i >> 3) * 7) & 0xff);
    const archive = await zipOf({ a: noise }, deflated);
    const start = 30 + 1;
    await fc.assert(
      fc.asyncProperty(fc.nat({ max: 200 }), fc.integer({ min: 0, max: 7 }), async (at, bit) => {
        const damaged = archive.slice();
        damaged[start + at] ^= 1 << bit;
        const file = await (await openZip(memorySource({ 'a.zip': damaged }), 'a.zip')).open('a');
        const error = (cause: Error) => cause.message;
        const [checked, read] = [await file.check().catch(error), await file.read(0, noise.length).catch(error)];
        if (read instanceof Uint8Array)
          expect(read).toEqual(noise); // some bits of a deflate stream change nothing
        else expect(read).toMatch(/^a\.zip, a: (expected|could not be unpacked)/);
        expect(checked === undefined).toBe(read instanceof Uint8Array);
      }),
      { seed: 1, numRuns: 100 },
    );
  });
});

test('a directory that leads to the entry of another name is found out, as Python finds it', async () => {
  const archive = await zipOf({ first: text, other: text.slice(0, 50) }, false);
  const names = [...archive.keys()].filter((at) => new TextDecoder().decode(archive.subarray(at, at + 5)) === 'other');
  archive.set(new TextEncoder().encode('third'), names[1]); // in the directory, which is the last
  const zip = await openZip(memorySource({ 'a.zip': archive }), 'a.zip');
  await expect(zip.open('third')).rejects.toThrow(
    /^a\.zip, third, byte \d+: expected an entry of this name here, found "other"$/,
  );
});

test('a failing source is no damaged archive', async () => {
  const source = memorySource({ 'a.zip': await zipOf({ a: text }, true) });
  let broken = false;
  const flaky = {
    size: source.size,
    read: (path: string, start?: number, end?: number) =>
      broken ? Promise.reject(Object.assign(new Error('EIO'), { name: 'SourceError' })) : source.read(path, start, end),
  };
  const file = await (await openZip(flaky, 'a.zip')).open('a');
  broken = true;
  await expect(file.check()).rejects.toThrow('EIO');
  broken = false;
  await file.check();
});
