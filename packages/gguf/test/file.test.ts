import { memorySource } from '@heartllm/source';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { encodeGguf, type GgufValue, openGguf, type TensorInput } from '../src/index.ts';
import { files, openBytes } from './fixtures.ts';

describe('a file of gguf-py', () => {
  test('metadata of every type', async () => {
    const { metadata } = await openGguf(files, 'metadata.gguf');
    const { 'general.architecture': architecture, 'general.alignment': alignment, ...rest } = metadata;
    expect([architecture, alignment]).toEqual([
      { type: 'STRING', value: 'llama' },
      { type: 'UINT32', value: 64 },
    ]);
    expect(rest).toEqual({
      'value.UINT8': { type: 'UINT8', value: 255 },
      'value.INT8': { type: 'INT8', value: -128 },
      'value.UINT16': { type: 'UINT16', value: 65535 },
      'value.INT16': { type: 'INT16', value: -32768 },
      'value.UINT32': { type: 'UINT32', value: 4294967295 },
      'value.INT32': { type: 'INT32', value: -2147483648 },
      'value.FLOAT32': { type: 'FLOAT32', value: Math.fround(1e-5) },
      'value.UINT64': { type: 'UINT64', value: 2n ** 64n - 1n },
      'value.INT64': { type: 'INT64', value: -5 },
      'value.FLOAT64': { type: 'FLOAT64', value: 0.1 },
      'value.BOOL': { type: 'BOOL', value: true },
      'value.STRING': { type: 'STRING', value: 'ECG µV ½ Ġ' },
      'array.UINT8': { type: 'ARRAY', items: 'UINT8', value: Uint8Array.of(0, 7) },
      'array.INT32': { type: 'ARRAY', items: 'INT32', value: Int32Array.of(-1, 2) },
      'array.FLOAT32': { type: 'ARRAY', items: 'FLOAT32', value: Float32Array.of(0.5, -1.5) },
      'array.UINT64': { type: 'ARRAY', items: 'UINT64', value: BigUint64Array.of(2n ** 63n, 1n) },
      'array.BOOL': { type: 'ARRAY', items: 'BOOL', value: Uint8Array.of(1, 0) },
      'array.STRING': { type: 'ARRAY', items: 'STRING', value: ['', 'é', '<|im_start|>'] },
    });
  });

  test('tensors: row-major shapes, their own bytes', async () => {
    const file = await openGguf(files, 'metadata.gguf');
    expect(file.names.map((name) => [name, file.info(name)])).toEqual([
      ['matrix', { type: 'F32', shape: [2, 3], byteLength: 24 }],
      ['scalar', { type: 'F32', shape: [], byteLength: 4 }],
      ['nothing', { type: 'F32', shape: [0, 4], byteLength: 0 }],
      ['words', { type: 'I32', shape: [3], byteLength: 12 }],
      ['packed', { type: 'Q8_0', shape: [2, 64], byteLength: 136 }],
    ]);
    const { bytes, ...info } = await file.read('matrix');
    expect(info).toEqual(file.info('matrix'));
    expect(bytes).toEqual(new Uint8Array(Float32Array.of(0, 1, 2, 3, 4, 5).buffer));
    expect((await file.read('nothing')).bytes.length).toBe(0);
    expect(() => file.info('other')).toThrow('metadata.gguf: has no tensor "other" among its 5');
    await expect(file.read('toString')).rejects.toThrow('has no tensor "toString"');
  });

  test('encodeGguf makes the same bytes of what was read from it', async () => {
    const file = await openGguf(files, 'metadata.gguf');
    const tensors = await Promise.all(file.names.map(async (name) => [name, await file.read(name)] as const));
    const bytes = encodeGguf({ metadata: file.metadata, tensors: Object.fromEntries(tensors) });
    expect(bytes).toEqual(await files.read('metadata.gguf'));
  });

  test('reads a tensor by its own bytes and no others, and a long header in pieces', async () => {
    const words = Array.from({ length: 300_000 }, (_, i) => `word ${i}`);
    const bytes = encodeGguf({
      metadata: { words: { type: 'ARRAY', items: 'STRING', value: words } },
      tensors: {
        a: { type: 'F32', shape: [2], bytes: new Uint8Array(8) },
        b: { type: 'I8', shape: [9_000_000], bytes: new Uint8Array(9_000_000) },
      },
    });
    const memory = memorySource({ m: bytes });
    let asked = 0;
    const source = {
      size: memory.size,
      read: (path: string, start = 0, end = bytes.length) => {
        asked += end - start;
        return memory.read(path, start, end);
      },
    };
    const file = await openGguf(source, 'm');
    expect(file.metadata.words.value).toEqual(words);
    expect(asked).toBeLessThan(bytes.length);
    asked = 0;
    await file.read('a');
    expect(asked).toBe(8);
  });
});

describe('a split model of gguf-py', async () => {
  const names = [1, 2, 3].map((no) => `split-0000${no}-of-00003.gguf`);
  const parts = Object.fromEntries(await Promise.all(names.map(async (name) => [name, await files.read(name)])));

  test.each(names)('is whole, opened by %s', async (name) => {
    const file = await openGguf(files, name);
    expect(Object.keys(file.metadata)).toEqual(['general.architecture', 'llama.block_count']);
    expect(file.names).toEqual(['t0', 't1', 't2', 't3', 't4']);
    for (const [i, tensor] of file.names.entries()) {
      expect((await file.read(tensor)).bytes).toEqual(new Uint8Array(new Float32Array(4).fill(i).buffer));
    }
  });

  test.each([
    ['a part is missing', { ...parts, [names[1]]: undefined }, `${names[1]}: part 2 of 3 is missing`],
    [
      'a part stands in for another',
      { ...parts, [names[2]]: parts[names[1]] },
      `${names[2]}, split.no: expected 2, found 1`,
    ],
    [
      'a part is a whole model',
      { ...parts, [names[2]]: encodeGguf({ metadata: {}, tensors: {} }) },
      `${names[2]}, split.count: expected 3, found nothing`,
    ],
    [
      'a tensor is in no part',
      { ...parts, [names[2]]: encodeGguf({ metadata: split(2), tensors: {} }) },
      `${names[0]}, split.tensors.count: expected 5 tensors in 3 parts, found 4`,
    ],
    [
      'a tensor is in two parts',
      { ...parts, [names[2]]: encodeGguf({ metadata: split(2), tensors: { t0: tensor(4) } }) },
      `${names[2]}, t0: another part has this tensor too`,
    ],
  ])('is refused where %s', async (_, contents, message) => {
    const present = Object.entries<Uint8Array | undefined>(contents).flatMap(([name, bytes]) =>
      bytes ? [[name, bytes] as const] : [],
    );
    await expect(openGguf(memorySource(new Map(present)), names[0])).rejects.toThrow(message);
  });

  test('is refused under a name that does not say which part it is', async () => {
    await expect(openBytes(parts[names[0]])).rejects.toThrow(
      'm.gguf, split.count: expected a name that ends in -0000N-of-00003.gguf, since the model has 3 parts',
    );
  });
});

function split(no: number): Record<string, GgufValue> {
  return { 'split.no': { type: 'UINT16', value: no }, 'split.count': { type: 'UINT16', value: 3 } };
}

function tensor(length: number): TensorInput {
  return { type: 'F32', shape: [length], bytes: new Uint8Array(4 * length) };
}

test('what encodeGguf makes, openGguf reads: any key, text, number, nested array, shape and alignment', async () => {
  const whole = (type: 'UINT8' | 'INT32', min: number, max: number) =>
    fc.integer({ min, max }).map((value): GgufValue => ({ type, value }));
  const values: fc.Arbitrary<GgufValue> = fc.oneof(
    whole('UINT8', 0, 255),
    whole('INT32', -(2 ** 31), 2 ** 31 - 1),
    fc.bigInt({ min: 2n ** 60n, max: 2n ** 64n - 1n }).map((value): GgufValue => ({ type: 'UINT64', value })),
    fc.double({ noNaN: true }).map((value): GgufValue => ({ type: 'FLOAT64', value })),
    fc.boolean().map((value): GgufValue => ({ type: 'BOOL', value })),
    fc.string({ unit: 'grapheme' }).map((value): GgufValue => ({ type: 'STRING', value })),
    fc.array(fc.string()).map((value): GgufValue => ({ type: 'ARRAY', items: 'STRING', value })),
    fc.array(fc.array(fc.string())).map((rows): GgufValue => {
      return { type: 'ARRAY', items: 'ARRAY', value: rows.map((value) => ({ type: 'ARRAY', items: 'STRING', value })) };
    }),
  );
  const shapes = fc.array(fc.integer({ min: 0, max: 4 }), { maxLength: 4 });
  const keys = fc.string({ unit: 'grapheme' }).filter((key) => !/^(split\.|general\.alignment$)/.test(key));
  const contents = [fc.dictionary(keys, values), fc.dictionary(keys, shapes), fc.constantFrom(1, 8, 32, 4096)] as const;
  await fc.assert(
    fc.asyncProperty(...contents, async (pairs, sizes, alignment) => {
      const metadata = { ...pairs, 'general.alignment': { type: 'UINT32', value: alignment } as GgufValue };
      const tensors = Object.entries(sizes).map(([name, shape], i) => {
        const length = shape.reduce((product, size) => product * size, 2);
        return [name, { type: 'F16' as const, shape, bytes: new Uint8Array(length).fill(i + 1) }] as const;
      });
      const file = await openBytes(encodeGguf({ metadata, tensors: Object.fromEntries(tensors) }));
      expect(file.metadata).toEqual(Object.fromEntries(Object.entries(metadata)));
      expect(file.names.toSorted()).toEqual(tensors.map(([name]) => name).toSorted());
      for (const [name, { shape, bytes }] of tensors) {
        expect(await file.read(name)).toEqual({ type: 'F16', shape, bytes, byteLength: bytes.length });
      }
    }),
    { numRuns: 200 },
  );
});
