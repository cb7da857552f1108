import { describe, expect, test } from 'vitest';
import { encodeSafetensors, openSafetensors, SafetensorsError } from '../src/index.ts';
import { type Expected, expectTensor, files, memory, readJson } from './fixtures.ts';

const path = 'reference.safetensors';
const { [path]: expected } = await readJson<Record<string, Record<string, Expected>>>('expected.json');

describe('openSafetensors', () => {
  test('reads every dtype that the reference wrote, bit for bit', async () => {
    const file = await openSafetensors(files, path);
    expect(file.metadata).toEqual({ format: 'np' });
    expect([...file.names].sort()).toEqual(Object.keys(expected).sort());
    for (const name of file.names) {
      expect(file.info(name)).toEqual({ dtype: expected[name].dtype, shape: expected[name].shape });
      expectTensor(await file.read(name), expected[name]);
    }
  });

  test('hands out the typed array of each dtype, half floats widened', async () => {
    const file = await openSafetensors(files, path);
    expect((await file.read('float16')).data).toEqual(new Float32Array([65504, 2 ** -24]));
    expect((await file.read('bfloat "16"')).data).toEqual(new Float32Array([1, Number.POSITIVE_INFINITY, 2 ** -133]));
    expect((await file.read('int64')).data).toEqual(new BigInt64Array([2n ** 62n, -(2n ** 63n)]));
    expect((await file.read('bool')).data).toEqual(new Uint8Array([1, 0, 1]));
    expect((await file.read('scalar')).data).toEqual(new Float32Array([2.5]));
  });

  test('reads the header and the bytes of the tensor that is asked for, no others', async () => {
    const tensors = Object.fromEntries(
      ['a', 'b', 'c'].map((name) => [name, { shape: [1000], data: new Float32Array(1000) }]),
    );
    const bytes = encodeSafetensors(tensors);
    const source = memory({ 'm.safetensors': bytes });
    const file = await openSafetensors(source, 'm.safetensors');
    expect(source.bytesRead).toBe(bytes.length - 12_000);
    await file.read('b');
    expect(source.bytesRead).toBe(bytes.length - 8000);
  });

  test('does not alias the memory of its source', async () => {
    const bytes = encodeSafetensors({ a: { shape: [1], data: new Float32Array([1]) } });
    const { data } = await (await openSafetensors(memory({ m: bytes }), 'm')).read('a');
    bytes.fill(0);
    expect(data).toEqual(new Float32Array([1]));
  });

  test('names a tensor that is not there', async () => {
    const file = await openSafetensors(files, path);
    expect(() => file.info('w')).toThrow("reference.safetensors: has no tensor 'w' among its 15");
    await expect(file.read('w')).rejects.toThrow(SafetensorsError);
  });

  test('leaves the error of a missing file to the source', async () => {
    await expect(openSafetensors(memory({}), 'm.safetensors')).rejects.toThrow('m.safetensors: no such file');
  });
});

describe('a sharded index', () => {
  const shard = (name: string, value: number) =>
    encodeSafetensors({ [name]: { shape: [1], data: new Float32Array([value]) } }, { format: 'pt' });
  const index = (map: Record<string, unknown>) => JSON.stringify({ metadata: { total_size: 8 }, weight_map: map });
  const shards = { 'llm/one.safetensors': shard('a', 1), 'llm/two.safetensors': shard('b', 2) };
  const indexPath = 'llm/model.safetensors.index.json';

  test('is one set of tensors, found beside a model.safetensors that is absent', async () => {
    const weightMap = index({ b: 'two.safetensors', a: 'one.safetensors' });
    for (const asked of [indexPath, 'llm/model.safetensors']) {
      const file = await openSafetensors(memory({ ...shards, [indexPath]: weightMap }), asked);
      expect(file.names).toEqual(['b', 'a']);
      expect(file.metadata).toEqual({ format: 'pt' });
      expect(file.info('a')).toEqual({ dtype: 'F32', shape: [1] });
      expect((await file.read('b')).data).toEqual(new Float32Array([2]));
      expect(() => file.info('c')).toThrow("has no tensor 'c' among its 2");
    }
  });

  test.each([
    '../secret',
    '/etc/passwd',
    'a/../../b',
    'C:\\model',
    'https://host/m',
    'a//b',
    '',
    '.',
    'm?x=1',
    3,
    null,
  ])('refuses the shard %j', async (file) => {
    const source = memory({ ...shards, [indexPath]: index({ a: file }) });
    await expect(openSafetensors(source, indexPath)).rejects.toThrow(/weight_map of 'a' is .*, expected a file inside/);
  });

  test('refuses a tensor that its shard does not have, and an index without a map', async () => {
    const source = memory({ ...shards, [indexPath]: index({ b: 'one.safetensors' }), 'm.index.json': '{}' });
    await expect(openSafetensors(source, indexPath)).rejects.toThrow(
      "puts tensor 'b' into one.safetensors, which has no",
    );
    await expect(openSafetensors(source, 'm.index.json')).rejects.toThrow('m.index.json: has no weight_map');
  });
});

describe('a header that breaks the format is refused', () => {
  const withHeader = (json: string | Uint8Array, dataBytes = 8, claimed?: bigint) => {
    const header = typeof json === 'string' ? new TextEncoder().encode(json) : json;
    const bytes = new Uint8Array(8 + header.length + dataBytes);
    new DataView(bytes.buffer).setBigUint64(0, claimed ?? BigInt(header.length), true);
    bytes.set(header, 8);
    return bytes;
  };
  const entry = (fields: object) =>
    JSON.stringify({ a: { dtype: 'F32', shape: [2], data_offsets: [0, 8], ...fields } });
  const pair = (first: number[], second: number[]) =>
    `{"a":{"dtype":"U8","shape":[${first[1] - first[0]}],"data_offsets":[${first}]},"b":{"dtype":"U8","shape":[${second[1] - second[0]}],"data_offsets":[${second}]}}`;

  const faults: [string, Uint8Array, string][] = [
    ['an empty file', new Uint8Array(0), 'm: has 0 bytes, a safetensors file has at least 8'],
    [
      '10 GB claimed',
      withHeader('{}', 0, 10_000_000_000n),
      'byte 0 claims a header of 10000000000 bytes, at most 100000000',
    ],
    ['2^64 - 1 claimed', withHeader('{}', 0, 2n ** 64n - 1n), 'claims a header of 18446744073709551615 bytes'],
    ['more than the file has', withHeader('{}', 0, 3n), 'claims a header of 3 bytes, the file has 2 after it'],
    ['no JSON', withHeader('{"a":'), 'is not JSON'],
    ['no UTF-8', withHeader(new Uint8Array([0x7b, 0x22, 0xff, 0x22, 0x3a, 0x31, 0x7d])), 'is not JSON in UTF-8'],
    ['an array', withHeader('[]'), "does not begin with '{'"],
    ['blanks before it', withHeader(' {}', 0), "does not begin with '{'"],
    [
      'a key twice',
      withHeader(
        '{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},"\\u0061":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}',
      ),
      "key 'a' twice",
    ],
    [
      'a field twice',
      withHeader('{"a":{"dtype":"U8","dtype":"F32","shape":[2],"data_offsets":[0,8]}}'),
      "key 'dtype' twice",
    ],
    ['an unknown dtype', withHeader(entry({ dtype: 'F31' })), 'has dtype "F31", expected one of U64, I64'],
    ['a dtype from the prototype', withHeader(entry({ dtype: 'constructor' })), 'has dtype "constructor"'],
    ['a negative size', withHeader(entry({ shape: [-2] })), 'has shape [-2]'],
    ['a product above 2^53', withHeader(entry({ shape: [2 ** 30, 2 ** 30] })), 'has shape [1073741824,1073741824]'],
    ['no shape', withHeader(entry({ shape: 2 })), 'has no shape'],
    ['one offset', withHeader(entry({ data_offsets: [0] })), 'has no data_offsets'],
    ['offsets backwards', withHeader(entry({ data_offsets: [8, 0] })), 'has data_offsets [8,0]'],
    ['a fraction', withHeader(entry({ data_offsets: [0, 8.5] })), 'has data_offsets [0,8.5]'],
    ['shape and bytes at odds', withHeader(entry({ shape: [3] })), 'has 8 bytes, shape [3] of F32 takes 12'],
    [
      'an overlap',
      withHeader(pair([0, 5], [4, 8])),
      "tensor 'b' overlaps the tensor before it: begins at 4, expected 5",
    ],
    ['a hole', withHeader(pair([0, 3], [4, 8])), "tensor 'b' leaves a hole: begins at 4, expected 3"],
    ['offsets past the end', withHeader(entry({}), 4), 'tensors take 8 bytes, the file has 4 after its header'],
    ['bytes of no tensor', withHeader(entry({}), 9), 'tensors take 8 bytes, the file has 9 after its header'],
    ['metadata of numbers', withHeader('{"__metadata__":{"a":1}}', 0), "__metadata__ 'a' is not a string"],
    ['an entry that is no object', withHeader('{"a":1}', 0), "tensor 'a': is not a JSON object"],
  ];
  test.each(faults)('%s', async (_, bytes, message) => {
    const opened = openSafetensors(memory({ m: bytes }), 'm');
    await expect(opened).rejects.toThrow(SafetensorsError);
    await expect(opened).rejects.toThrow(message);
  });

  test('a megabyte of brackets or of one string ends in an answer', async () => {
    for (const json of [`{"a":${'['.repeat(500_000)}${']'.repeat(500_000)}}`, `{"a":"${'\\n'.repeat(500_000)}"}`]) {
      await expect(openSafetensors(memory({ m: withHeader(json, 0) }), 'm')).rejects.toThrow(SafetensorsError);
    }
  });

  test('an empty file of no tensors is none of these', async () => {
    expect((await openSafetensors(memory({ m: withHeader('{}  ', 0) }), 'm')).names).toEqual([]);
  });
});
