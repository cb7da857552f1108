import { testFiles } from '@heartllm/testing';
import { expect } from 'vitest';
import type { Source, Tensor } from '../src/index.ts';
import { storedBytes } from '../src/tensor.ts';

/** A tensor as the Python that made the fixture knew it. */
export interface Expected {
  dtype: string;
  shape: number[];
  hex: string;
}

export const files = testFiles(import.meta.url, './fixtures/');

export async function readJson<T>(name: string): Promise<T> {
  return JSON.parse(new TextDecoder().decode(await files.read(name)));
}

/** A source of files in memory that keeps count of the bytes it hands out. */
export function memory(contents: Record<string, Uint8Array | string>): Source & { bytesRead: number } {
  const bytes = (path: string) => {
    const content = contents[path];
    if (content === undefined) throw Object.assign(new Error(`${path}: no such file`), { code: 'ENOENT' });
    return typeof content === 'string' ? new TextEncoder().encode(content) : content;
  };
  return {
    bytesRead: 0,
    async read(path, start, end) {
      const part = bytes(path).subarray(start, end);
      this.bytesRead += part.byteLength;
      return part;
    },
    async size(path) {
      return bytes(path).byteLength;
    },
  };
}

export function hex(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}

/** Dtype, shape and every bit; half floats are narrowed back. */
export function expectTensor(tensor: Tensor, { dtype, shape, hex: bits }: Expected): void {
  expect(tensor.dtype).toBe(dtype);
  expect(tensor.shape).toEqual(shape);
  expect(hex(storedBytes(tensor.dtype, tensor.data))).toBe(bits);
}
