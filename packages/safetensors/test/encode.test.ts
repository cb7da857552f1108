import { describe, expect, test } from 'vitest';
import { type Dtype, encodeSafetensors, openSafetensors, type TensorData, type TensorInput } from '../src/index.ts';
import { files, hex, memory } from './fixtures.ts';

describe('encodeSafetensors', () => {
  test("makes the reference writer's file again, byte for byte", async () => {
    const file = await openSafetensors(files, 'reference.safetensors');
    const tensors: Record<string, TensorInput> = {};
    for (const name of file.names.toReversed()) tensors[name] = await file.read(name);
    expect(hex(encodeSafetensors(tensors, file.metadata))).toBe(hex(await files.read('reference.safetensors')));
  });

  test.each<[Dtype, TensorData]>([
    ['F64', new Float64Array(1)],
    ['F32', new Float32Array(1)],
    ['I64', new BigInt64Array(1)],
    ['U64', new BigUint64Array(1)],
    ['I32', new Int32Array(1)],
    ['U32', new Uint32Array(1)],
    ['I16', new Int16Array(1)],
    ['U16', new Uint16Array(1)],
    ['I8', new Int8Array(1)],
    ['U8', new Uint8Array(1)],
  ])('stores an array as its own dtype, %s', async (dtype, data) => {
    const file = await openSafetensors(memory({ m: encodeSafetensors({ a: { shape: [1], data } }) }), 'm');
    expect(await file.read('a')).toEqual({ dtype, shape: [1], data });
  });

  test('keeps names that are awkward in JSON and in JavaScript', async () => {
    const names = ['__proto__', 'a"b\\c', '0', 'Ä💓', '', 'constructor'];
    const tensors = Object.fromEntries(names.map((name, i) => [name, { shape: [], data: new Float32Array([i]) }]));
    const file = await openSafetensors(memory({ m: encodeSafetensors(tensors) }), 'm');
    expect([...file.names].sort()).toEqual([...names].sort());
    for (const [i, name] of names.entries()) expect((await file.read(name)).data[0]).toBe(i);
  });

  test('takes views into larger memory', async () => {
    const data = new Float32Array([0, 1, 2, 3]).subarray(1, 3);
    for (const dtype of ['F32', 'F16', 'BF16'] as const) {
      const file = await openSafetensors(memory({ m: encodeSafetensors({ a: { dtype, shape: [2], data } }) }), 'm');
      expect((await file.read('a')).data).toEqual(new Float32Array([1, 2]));
    }
  });

  test.each<[string, TensorInput, string]>([
    ['a shape that does not fit', { shape: [3], data: new Float32Array(2) }, 'shape [3] does not hold 2 values'],
    ['a shape of no sizes', { shape: [-1, -2], data: new Float32Array(2) }, 'shape [-1,-2] does not hold 2 values'],
    [
      'a dtype that would lose',
      { dtype: 'F32', shape: [1], data: new Float64Array(1) },
      'Float64Array cannot be stored as F32',
    ],
    [
      'half floats from bits',
      { dtype: 'F16', shape: [1], data: new Uint16Array(1) },
      'Uint16Array cannot be stored as F16',
    ],
    ['a bool of 2', { dtype: 'BOOL', shape: [1], data: new Uint8Array([2]) }, 'Uint8Array cannot be stored as BOOL'],
  ])('refuses %s', (_, tensor, message) => {
    expect(() => encodeSafetensors({ w: tensor })).toThrow(`tensor 'w': ${message}`);
  });

  test('refuses the reserved name', () => {
    expect(() => encodeSafetensors({ __metadata__: { shape: [1], data: new Uint8Array(1) } })).toThrow('reserved');
  });
});
