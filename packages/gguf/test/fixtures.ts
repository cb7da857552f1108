import { memorySource } from '@heartllm/source';
import { testFiles } from '@heartllm/testing';
import { openGguf } from '../src/index.ts';

export const files = testFiles(import.meta.url, './fixtures/');

export function openBytes(bytes: Uint8Array) {
  return openGguf(memorySource({ 'm.gguf': bytes }), 'm.gguf');
}

/** Bits of float32 values, so that -0 differs from 0. */
export function bits(values: Float32Array): Uint32Array {
  return new Uint32Array(values.buffer, values.byteOffset, values.length);
}

/** A header by hand: numbers are of 32 bits, bigints of 64, strings are preceded by their length. */
export function header(...fields: (number | bigint | string | Uint8Array)[]): Uint8Array {
  const bytes = fields.flatMap((field) => {
    if (typeof field === 'number') return [...new Uint8Array(Uint32Array.of(field).buffer)];
    if (typeof field === 'bigint') return [...new Uint8Array(BigUint64Array.of(field).buffer)];
    if (typeof field !== 'string') return [...field];
    const text = new TextEncoder().encode(field);
    return [...new Uint8Array(BigUint64Array.of(BigInt(text.length)).buffer), ...text];
  });
  return Uint8Array.from(bytes);
}

export const MAGIC = new TextEncoder().encode('GGUF');
