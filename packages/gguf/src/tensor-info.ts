import { blockOf, type TensorType } from './tensor-types.ts';

/** What the header of a file says of a tensor. */
export interface TensorInfo {
  /** How it is packed. */
  type: TensorType;
  /** Row-major as in NumPy and PyTorch, [out, in] for a linear layer: the file has it the other way round. [] for a scalar. */
  shape: number[];
  /** Bytes that it takes, packed. */
  byteLength: number;
}

/** A tensor as the file has it. */
export interface PackedTensor extends TensorInfo {
  /** Blocks, row by row; no block lies across the end of a row. */
  bytes: Uint8Array;
}

/** ggml's limit. */
export const MAX_DIMENSIONS = 4;

/**
 * Bytes of a tensor, or what is wrong with its shape, in words: what was expected and what was found.
 *
 * @param shape row-major
 */
export function packedBytes(type: TensorType, shape: readonly number[]): number | { expected: string; found: string } {
  const { values, bytes } = blockOf(type);
  if (shape.length > MAX_DIMENSIONS) {
    return { expected: `at most ${MAX_DIMENSIONS} dimensions`, found: String(shape.length) };
  }
  const found = `shape [${shape.join(', ')}]`;
  if (!shape.every((size) => Number.isSafeInteger(size) && size >= 0)) {
    return { expected: 'sizes that are whole numbers of 0 or more', found };
  }
  const row = shape.at(-1) ?? 1;
  if (row % values !== 0) return { expected: `rows of a multiple of ${values} values for ${type}`, found };
  const total = shape.reduce((product, size) => product * size, 1);
  if (!Number.isSafeInteger(total * bytes)) return { expected: 'fewer than 2^53 bytes', found };
  return (total / values) * bytes;
}
