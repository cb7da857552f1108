/** A number of the metadata, by the name that gguf-py gives its type. */
export type NumberType =
  | 'UINT8'
  | 'INT8'
  | 'UINT16'
  | 'INT16'
  | 'UINT32'
  | 'INT32'
  | 'FLOAT32'
  | 'UINT64'
  | 'INT64'
  | 'FLOAT64';

/**
 * Values of one type. Read, numbers come as the typed array of their type (BigInt64Array and BigUint64Array for 64 bits), and BOOL as a Uint8Array
 * of 0 and 1; any array of numbers can be written.
 */
export type GgufArray =
  | { type: 'ARRAY'; items: NumberType | 'BOOL'; value: ArrayLike<number> | ArrayLike<bigint> }
  | { type: 'ARRAY'; items: 'STRING'; value: readonly string[] }
  | { type: 'ARRAY'; items: 'ARRAY'; value: readonly GgufArray[] };

/**
 * A value of the metadata with its type, which llama.cpp insists on: a `rope.freq_base` of 500000 is FLOAT32, not UINT32. Integers of 64 bits
 * that are no safe integer are a bigint.
 */
export type GgufValue =
  | { type: NumberType; value: number | bigint }
  | { type: 'BOOL'; value: boolean }
  | { type: 'STRING'; value: string }
  | GgufArray;

/** Numbers of the types in the file (gguf.h). */
export const VALUE_TYPES = [
  'UINT8',
  'INT8',
  'UINT16',
  'INT16',
  'UINT32',
  'INT32',
  'FLOAT32',
  'BOOL',
  'STRING',
  'ARRAY',
  'UINT64',
  'INT64',
  'FLOAT64',
] as const;

export type ValueType = (typeof VALUE_TYPES)[number];

/** The array that holds numbers of a type, little-endian as every machine that runs JavaScript. */
export const NUMBER_ARRAYS = {
  UINT8: Uint8Array,
  INT8: Int8Array,
  UINT16: Uint16Array,
  INT16: Int16Array,
  UINT32: Uint32Array,
  INT32: Int32Array,
  FLOAT32: Float32Array,
  BOOL: Uint8Array,
  UINT64: BigUint64Array,
  INT64: BigInt64Array,
  FLOAT64: Float64Array,
} as const;

/** Alignment of the tensors' bytes where `general.alignment` says nothing. */
const DEFAULT_ALIGNMENT = 32;

/** What `general.alignment` says; undefined for what cannot be an alignment. */
export function alignmentOf(value: GgufValue | undefined): number | undefined {
  if (!value) return DEFAULT_ALIGNMENT;
  const bytes = Number(value.value);
  return value.type === 'UINT32' && bytes > 0 && Number.isInteger(Math.log2(bytes)) ? bytes : undefined;
}

export const ALIGNMENT = 'general.alignment';
export const EXPECTED_ALIGNMENT = 'a power of two as UINT32';
