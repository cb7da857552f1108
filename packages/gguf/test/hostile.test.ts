import { FileError, memorySource } from '@heartllm/source';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { openGguf } from '../src/index.ts';
import { files, header, MAGIC, openBytes } from './fixtures.ts';

const STRING = 8;
const ARRAY = 9;
const UINT32 = 4;
const HUGE = 2n ** 64n - 1n;
/** A header of one key, and of one tensor. */
const pair = (...value: Parameters<typeof header>) => header(MAGIC, 3, 0n, 1n, 'key', ...value, new Uint8Array(64));
const tensor = (...entry: Parameters<typeof header>) => header(MAGIC, 3, 1n, 0n, 't', ...entry, new Uint8Array(96));
const one = (name: string, offset: bigint) => header(name, 1, 8n, 0, offset);

const HOSTILE: [what: string, bytes: Uint8Array, message: string][] = [
  ['nothing', new Uint8Array(0), 'm.gguf, byte 0: expected 4 more bytes, found 0 to the end of the file'],
  [
    'a zip',
    header(0x04034b50, 0n, 0n),
    "byte 0: expected a GGUF file, which begins with 'GGUF', found bytes 50 4b 03 04",
  ],
  ['version 1', header(MAGIC, 1, 0, 0), 'byte 4: expected version 2 or 3, little-endian, found version 1'],
  ['a big-endian file', header(MAGIC, 3 << 24, 0n, 0n), 'found a big-endian file'],
  ['2^64 - 1 tensors', header(MAGIC, 3, HUGE, 0n), 'byte 24: expected 442721857769029240000 more bytes, found 0'],
  ['2^64 - 1 keys', header(MAGIC, 3, 0n, HUGE), 'more bytes, found 0 to the end of the file'],
  ['a key of 2^63 bytes', header(MAGIC, 3, 0n, 1n, 2n ** 63n, 0n), 'byte 32: expected 9223372036854776000 more bytes'],
  ['text of 2^40 bytes', pair(STRING, 2n ** 40n), 'm.gguf, key, byte 47: expected 1099511627776 more bytes, found 64'],
  ['2^40 strings', pair(ARRAY, STRING, 2n ** 40n), 'key, byte 51: expected 8796093022208 more bytes'],
  ['2^62 numbers', pair(ARRAY, UINT32, 2n ** 62n), 'key, byte 51: expected 18446744073709552000 more bytes'],
  ['2^40 arrays', pair(ARRAY, ARRAY, 2n ** 40n), 'key, byte 51: expected 13194139533312 more bytes'],
  [
    'arrays in each other',
    pair(ARRAY, ...Array(40).fill([ARRAY, 1n]).flat()),
    'expected at most 8 arrays in each other',
  ],
  ['a value of no type', pair(13), 'key, byte 35: expected a type of value from 0 to 12, found 13'],
  [
    'text that is not UTF-8',
    pair(STRING, 2n, Uint8Array.of(0xff, 0x41)),
    'key, byte 47: expected text in UTF-8, found "ÿA"',
  ],
  ['a BOOL of 2', pair(7, Uint8Array.of(2)), 'key, byte 39: expected a BOOL of 0 or 1, found 2'],
  [
    'a key twice',
    header(MAGIC, 3, 0n, 2n, 'a', UINT32, 1, 'a', UINT32, 2),
    'byte 41: expected every key once, found "a" again',
  ],
  [
    'alignment 0',
    header(MAGIC, 3, 0n, 1n, 'general.alignment', UINT32, 0),
    'expected a power of two as UINT32, found 0',
  ],
  ['alignment 24', header(MAGIC, 3, 0n, 1n, 'general.alignment', UINT32, 24), 'a power of two as UINT32, found 24'],
  [
    'an alignment in words',
    header(MAGIC, 3, 0n, 1n, 'general.alignment', STRING, '32'),
    'a power of two as UINT32, found 32',
  ],
  ['2^32 - 1 dimensions', tensor(0xffffffff), 't, byte 33: expected at most 4 dimensions, found 4294967295'],
  ['a size of 2^64 - 1', tensor(1, HUGE, 0, 0n), 't, byte 33: expected sizes that are whole numbers of 0 or more'],
  ['sizes that overflow', tensor(2, 2n ** 40n, 2n ** 40n, 0, 0n), 't, byte 33: expected fewer than 2^53 bytes'],
  [
    'half a block',
    tensor(1, 48n, 2, 0n),
    't, byte 33: expected rows of a multiple of 32 values for Q4_0, found shape [48]',
  ],
  ['a type that never was', tensor(1, 8n, 77, 0n), 't, byte 45: expected a type that ggml has, found type 77'],
  ['a type of the past', tensor(1, 8n, 31, 0n), 'found type 31 (Q4_0_4_4, which ggml has removed)'],
  ['an odd offset', tensor(1, 8n, 0, 4n), 't, byte 49: expected an offset that is a multiple of 32, found 4'],
  ['a tensor behind the end', tensor(1, 8n, 0, 2n ** 50n), 'expected 32 bytes, found 0 to the end of the file'],
  [
    'a tensor over the end',
    tensor(1, 2n ** 40n, 0, 0n),
    't, byte 64: expected 4398046511104 bytes, found 89 to the end',
  ],
  [
    'a tensor twice',
    header(MAGIC, 3, 2n, 0n, one('t', 0n), one('t', 32n), new Uint8Array(128)),
    'every tensor once, found "t" again',
  ],
  [
    'tensors over each other',
    header(MAGIC, 3, 2n, 0n, one('t', 0n), one('u', 0n), new Uint8Array(128)),
    'u, byte 96: expected bytes of its own',
  ],
];

test.each(HOSTILE)('%s: one error that says where and what', async (_, bytes, message) => {
  const error = await openBytes(bytes).catch((caught: unknown) => caught);
  expect(error).toBeInstanceOf(FileError);
  expect((error as Error).message).toContain(message);
  expect((error as Error).message).not.toContain('\n');
});

test('a file may end with its last tensor, without the zeros behind it, and not a byte before', async () => {
  const bytes = tensor(1, 8n, 0, 0n);
  expect((await (await openBytes(bytes.subarray(0, 96))).read('t')).bytes.length).toBe(32);
  await expect(openBytes(bytes.subarray(0, 95))).rejects.toThrow('t, byte 64: expected 32 bytes, found 31 to the end');
});

test('a header longer than any: refused after 100 MB of a file of a terabyte, unread', async () => {
  const head = header(MAGIC, 3, 0n, 1n, 'key', STRING, 2n ** 39n);
  let read = 0;
  const source = {
    size: async () => 2 ** 40,
    read: async (_: string, start = 0, end = 0) => {
      read += end - start;
      const bytes = new Uint8Array(end - start);
      bytes.set(head.subarray(start, end));
      return bytes;
    },
  };
  await expect(openGguf(source, 'm.gguf')).rejects.toThrow('expected a header of at most 100000000 bytes');
  expect(read).toBe(1 << 20);
});

test('a file that shrinks after it was opened', async () => {
  const bytes = await files.read('metadata.gguf');
  const memory = memorySource({ m: bytes });
  let length = bytes.length;
  const source = {
    size: async () => bytes.length,
    read: (path: string, start = 0, end = bytes.length) => memory.read(path, start, Math.min(end, length)),
  };
  const file = await openGguf(source, 'm');
  length = 1000;
  await expect(file.read('packed')).rejects.toThrow(
    /^m, packed, byte \d+: expected 136 bytes, found 0: the file has changed$/,
  );
});

describe('changed bytes end in a file or in one error of the package, never in another', () => {
  test.each(['metadata.gguf', 'split-00001-of-00003.gguf'])('%s', async (name) => {
    const bytes = await files.read(name);
    const edits = fc.array(fc.tuple(fc.nat(bytes.length - 1), fc.nat(255)), { minLength: 1, maxLength: 8 });
    let opened = 0;
    let refused = 0;
    await fc.assert(
      fc.asyncProperty(edits, fc.option(fc.nat(bytes.length)), async (changes, cut) => {
        const copy = new Uint8Array(bytes);
        for (const [at, value] of changes) copy[at] = value;
        try {
          const file = await openBytes(copy.subarray(0, cut ?? undefined));
          for (const tensorName of file.names) {
            expect((await file.read(tensorName)).bytes.length).toBe(file.info(tensorName).byteLength);
          }
          opened++;
        } catch (error) {
          expect(error).toBeInstanceOf(FileError);
          refused++;
        }
      }),
      { numRuns: 1000 },
    );
    expect(refused).toBeGreaterThan(0);
    if (name === 'metadata.gguf') expect(opened).toBeGreaterThan(0);
  });
});
