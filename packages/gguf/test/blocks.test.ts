import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { dequantize, openGguf, quantize, type TensorType } from '../src/index.ts';
import { bits, files } from './fixtures.ts';

const golden = await openGguf(files, 'blocks.gguf');
const TYPES: TensorType[] = ['F16', 'BF16', 'Q4_0', 'Q4_1', 'Q5_0', 'Q5_1', 'Q8_0', 'Q4_K', 'Q5_K', 'Q6_K'];

async function floats(name: string): Promise<Float32Array> {
  const { bytes, byteLength } = await golden.read(name);
  return dequantize('F32', bytes, byteLength / 4);
}

describe.each(TYPES)('dequantize %s', (type) => {
  test.each(['ggml', 'random'])('gives the bits that gguf-py gives: blocks of %s', async (maker) => {
    const { bytes, type: stored } = await golden.read(`${maker}.${type}`);
    const expected = await floats(`${maker}.${type}.values`);
    expect(stored).toBe(type);
    expect(expected.length).toBeGreaterThan(500);
    expect(bits(dequantize(type, bytes, expected.length))).toEqual(bits(expected));
  });
});

describe('quantize', () => {
  test.each(['Q8_0', 'Q4_0'] as const)('%s: the bytes that ggml and gguf-py pack', async (type) => {
    expect(quantize(type, await floats('values'))).toEqual((await golden.read(`ggml.${type}`)).bytes);
    expect(quantize(type, await floats('edges'))).toEqual((await golden.read(`edges.${type}`)).bytes);
  });

  test('Q8_0: a scale near the largest half float, whose float32 reciprocal decides ties, as gguf-py packs it', async () => {
    expect(quantize('Q8_0', await floats('large'))).toEqual((await golden.read('large.Q8_0')).bytes);
  });

  test('F16: the bytes that gguf-py packs; F32: the values as they are', async () => {
    expect(quantize('F16', await floats('halves'))).toEqual((await golden.read('halves.F16')).bytes);
    expect(quantize('F32', await floats('halves'))).toEqual((await golden.read('halves')).bytes);
  });

  test('F16: every half float comes back as it was', () => {
    const all = Uint16Array.from({ length: 65536 }, (_, i) => i).filter((half) => (half & 0x7c00) !== 0x7c00);
    const bytes = new Uint8Array(all.buffer);
    expect(quantize('F16', dequantize('F16', bytes, all.length))).toEqual(bytes);
  });

  test('what is packed lies within half a step of its value', () => {
    const values = fc.float32Array({ minLength: 32, maxLength: 32, min: -1000, max: 1000, noNaN: true });
    fc.assert(
      fc.property(values, (block) => {
        const most = Math.max(...block.map(Math.abs));
        // the scale itself is rounded to 11 bits, or to 2^-25; code 16 of Q4_0 has no place and becomes 15, a whole step
        const slack = most / 1024 + 128 * 2 ** -25;
        const far = (type: 'Q8_0' | 'Q4_0') => {
          const back = dequantize(type, quantize(type, block), 32);
          return Math.max(...block.map((value, i) => Math.abs(value - back[i])));
        };
        expect(far('Q8_0')).toBeLessThanOrEqual(most / 127 / 2 + slack);
        expect(far('Q4_0')).toBeLessThanOrEqual(most / 8 + slack);
      }),
    );
  });
});

describe('what cannot be unpacked or packed is an error that names it', () => {
  test.each(['IQ4_NL', 'IQ2_XXS', 'TQ1_0', 'MXFP4', 'Q2_K', 'Q8_1', 'I32'] as const)('dequantize %s', (type) => {
    expect(() => dequantize(type, new Uint8Array(0), 0)).toThrow(
      `dequantize, type: expected one of F32, F16, BF16, Q4_0, Q4_1, Q5_0, Q5_1, Q8_0, Q4_K, Q5_K, Q6_K, found ${type}`,
    );
  });

  test.each([
    ['Q8_0', 34, 31, 'n: expected a multiple of 32 for Q8_0, found 31'],
    ['Q8_0', 33, 32, 'bytes: expected 34 for 32 values of Q8_0, found 33'],
    ['Q6_K', 210, 512, 'bytes: expected 420 for 512 values of Q6_K, found 210'],
    ['F32', 8, -1, 'n: expected a multiple of 1 for F32, found -1'],
    ['F32', 8, 2 ** 60, 'n: expected a multiple of 1 for F32, found 1152921504606847000'],
    ['constructor' as TensorType, 0, 0, 'found constructor'],
  ] as const)('dequantize %s of %d bytes as %d values', (type, length, n, message) => {
    expect(() => dequantize(type, new Uint8Array(length), n)).toThrow(message);
  });

  test.each([
    ['Q4_0', new Float32Array(33), 'values: expected a multiple of 32 for Q4_0, found 33'],
    ['Q8_0', new Float32Array(64).fill(Number.NaN, 40, 41), 'values[40]: expected a finite number, found NaN'],
    ['Q4_0', new Float32Array(32).fill(-Infinity, 3), 'values[3]: expected a finite number, found -Infinity'],
    ['Q8_0', new Float32Array(32).fill(9e6), 'values[0..31]: too large for a scale of Q8_0'],
    ['Q4_K' as 'Q4_0', new Float32Array(256), 'type: expected F32, F16, Q8_0 or Q4_0, found Q4_K'],
  ] as const)('quantize %s', (type, values, message) => {
    expect(() => quantize(type, values)).toThrow(`quantize, ${message}`);
  });
});
