import { narrowToBfloat, narrowToHalf, widenBfloat, widenHalf } from './half.ts';

/** The values of a tensor: see {@link Tensor} for which dtype comes in which array. */
export type TensorData =
  | Float64Array
  | Float32Array
  | BigInt64Array
  | BigUint64Array
  | Int32Array
  | Uint32Array
  | Int16Array
  | Uint16Array
  | Int8Array
  | Uint8Array;

// In the order in which the reference writer sorts tensors: the widest alignment first.
const arrays = {
  U64: BigUint64Array,
  I64: BigInt64Array,
  F64: Float64Array,
  F32: Float32Array,
  U32: Uint32Array,
  I32: Int32Array,
  BF16: Uint16Array,
  F16: Uint16Array,
  U16: Uint16Array,
  I16: Int16Array,
  I8: Int8Array,
  U8: Uint8Array,
  BOOL: Uint8Array,
};

/** How values are stored, under the format's own names. */
export type Dtype = keyof typeof arrays;

/** All dtypes, sorted as the reference writer sorts tensors. */
export const dtypes = Object.keys(arrays) as Dtype[];

/** What is known of a tensor without reading its values. */
export interface TensorInfo {
  /** The stored type. */
  dtype: Dtype;
  /** Empty for a scalar. */
  shape: number[];
}

/**
 * A tensor in memory, row-major. F16 and BF16 are widened, exactly, to a Float32Array (`dtype` keeps the stored type);
 * BOOL is a Uint8Array of 0 and 1, I64 a BigInt64Array; every other dtype is the typed array of its name.
 */
export interface Tensor extends TensorInfo {
  /** As many values as the shape holds, none where a size is 0; no view of a larger buffer. */
  data: TensorData;
}

export function isDtype(name: unknown): name is Dtype {
  return typeof name === 'string' && Object.hasOwn(arrays, name);
}

/** Bytes of one element. */
export function dtypeBytes(dtype: Dtype): number {
  return arrays[dtype].BYTES_PER_ELEMENT;
}

/** Number of elements; NaN where the shape is not one of non-negative integers with a product that a double holds. */
export function elementCount(shape: readonly unknown[]): number {
  let count = 1;
  for (const size of shape) {
    if (typeof size !== 'number' || !Number.isSafeInteger(size) || size < 0) return Number.NaN;
    count *= size;
    if (!Number.isSafeInteger(count)) return Number.NaN;
  }
  return count;
}

/** Little-endian bytes as the stored type, before any widening; copies only what is not alone in its buffer. */
export function storedArray(dtype: Dtype, bytes: Uint8Array): TensorData {
  const { buffer } = bytes;
  const alone = buffer instanceof ArrayBuffer && buffer.byteLength === bytes.byteLength;
  return new arrays[dtype](alone ? buffer : new Uint8Array(bytes).buffer);
}

/** What a reader hands out: half floats widened, everything else as stored. */
export function widen(dtype: Dtype, stored: TensorData): TensorData {
  if (dtype === 'F16') return widenHalf(stored as Uint16Array);
  if (dtype === 'BF16') return widenBfloat(stored as Uint16Array);
  return stored;
}

/** The dtype that stores an array unchanged. */
export function dtypeOf(data: TensorData): Dtype | undefined {
  if (data instanceof Float32Array) return 'F32';
  if (data instanceof Uint16Array) return 'U16';
  if (data instanceof Uint8Array) return 'U8';
  return dtypes.find((dtype) => data instanceof arrays[dtype]);
}

/** Whether `data` can be stored as `dtype`: its own type, float32 narrowed to half floats, or bytes as BOOL. */
export function canStore(dtype: Dtype, data: TensorData): boolean {
  if (dtype === 'F16' || dtype === 'BF16') return data instanceof Float32Array;
  if (dtype === 'BOOL') return data instanceof Uint8Array && data.every((value) => value <= 1);
  return dtypeOf(data) === dtype;
}

/** The bytes of `data` as `dtype`; a view of the same memory where nothing has to be narrowed. */
export function storedBytes(dtype: Dtype, data: TensorData): Uint8Array {
  let stored: TensorData = data;
  if (dtype === 'F16') stored = narrowToHalf(data as Float32Array);
  if (dtype === 'BF16') stored = narrowToBfloat(data as Float32Array);
  return new Uint8Array(stored.buffer, stored.byteOffset, stored.byteLength);
}
