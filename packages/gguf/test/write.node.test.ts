import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { folderSource } from '@heartllm/source/node';
import { afterAll, describe, expect, test } from 'vitest';
import {
  dequantize,
  encodeGguf,
  type GgufContent,
  type GgufValue,
  openGguf,
  quantize,
  writeGguf,
} from '../src/index.ts';

const folder = await mkdtemp(join(tmpdir(), 'gguf-'));
afterAll(() => rm(folder, { recursive: true }));

const values = Float32Array.from({ length: 64 }, (_, i) => Math.sin(i));
const content: GgufContent = {
  metadata: { 'general.architecture': { type: 'STRING', value: 'llama' } },
  tensors: {
    a: { type: 'Q8_0', shape: [2, 32], bytes: () => quantize('Q8_0', values) },
    b: { type: 'F32', shape: [64], bytes: quantize('F32', values) },
  },
};

describe('writeGguf', () => {
  test('writes what encodeGguf makes, over what was there, and leaves nothing else', async () => {
    const path = join(folder, 'model.gguf');
    await writeFile(path, 'older');
    await writeGguf(path, content);
    expect(new Uint8Array(await readFile(path))).toEqual(encodeGguf(content));
    expect(await readdir(folder)).toEqual(['model.gguf']);
    const { type, bytes } = await (await openGguf(folderSource(folder), 'model.gguf')).read('a');
    for (const [i, value] of dequantize(type, bytes, 64).entries()) expect(value).toBeCloseTo(values[i], 1);
  });

  test.each<[string, Partial<GgufContent>, string]>([
    [
      'bytes that do not fit the shape',
      { tensors: { t: { type: 'F32', shape: [3], bytes: new Uint8Array(8) } } },
      't: expected 12 bytes, found 8',
    ],
    [
      'rows of half a block',
      { tensors: { t: { type: 'Q8_0', shape: [48], bytes: new Uint8Array(51) } } },
      't: expected rows of a multiple of 32',
    ],
    [
      'a type that is none',
      { tensors: { t: { type: 'Q9' as 'Q8_0', shape: [], bytes: new Uint8Array(4) } } },
      't: expected a type that ggml has, found "Q9"',
    ],
    [
      'a number that does not fit',
      { metadata: { k: { type: 'UINT8', value: 256 } } },
      'k: expected a whole number from 0 to 255 for UINT8, found 256',
    ],
    [
      'a fraction',
      { metadata: { k: { type: 'INT32', value: 0.5 } } },
      'k: expected a whole number from -2147483648 to 2147483647 for INT32, found 0.5',
    ],
    ['2^64', { metadata: { k: { type: 'UINT64', value: 2n ** 64n } } }, 'for UINT64, found 18446744073709551616'],
    [
      'a flag that is a word',
      { metadata: { k: { type: 'BOOL', value: 'no' } as unknown as GgufValue } },
      'k: expected a whole number from 0 to 1 for BOOL',
    ],
    [
      'half a character',
      { metadata: { k: { type: 'STRING', value: '\ud83d' } } },
      'k: expected whole characters, found half of one',
    ],
    ['a value without a type', { metadata: { k: 5 as unknown as GgufValue } }, 'k: expected a type of UINT8'],
    [
      'an alignment of 3',
      { metadata: { 'general.alignment': { type: 'UINT32', value: 3 } } },
      'general.alignment: expected a power of two as UINT32, found 3',
    ],
  ])('refuses %s, and keeps the older file', async (_, change, message) => {
    const path = join(folder, 'kept.gguf');
    await writeFile(path, 'older');
    await expect(writeGguf(path, { ...content, ...change })).rejects.toThrow(message);
    expect(await readFile(path, 'utf8')).toBe('older');
    await rm(path);
    expect(await readdir(folder)).toEqual(['model.gguf']);
  });
});
