import { FileError, type FilePlace, show } from '@heartllm/source';
import { type GgufArray, type GgufValue, NUMBER_ARRAYS, VALUE_TYPES, type ValueType } from './metadata.ts';

const UTF8 = new TextEncoder();

const RANGES: Partial<Record<ValueType, [number | bigint, number | bigint]>> = {
  UINT8: [0, 255],
  INT8: [-128, 127],
  UINT16: [0, 65535],
  INT16: [-32768, 32767],
  UINT32: [0, 4294967295],
  INT32: [-2147483648, 2147483647],
  BOOL: [0, 1],
  UINT64: [0, 2n ** 64n - 1n],
  INT64: [-(2n ** 63n), 2n ** 63n - 1n],
};

/**
 * The type of a value and the value, as they stand in a file, piece by piece: a vocabulary has hundreds of thousands.
 *
 * @throws FileError for a value that its type cannot hold
 */
export function* valueBytes(value: GgufValue, place: FilePlace): Generator<Uint8Array> {
  const type = value?.type;
  yield typeBytes(type, place);
  if (type === 'ARRAY') yield* arrayBytes(value as GgufArray, place);
  else yield* itemBytes(type, [type === 'BOOL' ? flag(value.value) : value.value], place);
}

function* arrayBytes(array: GgufArray, place: FilePlace): Generator<Uint8Array> {
  if (typeof array.value !== 'object' || !Number.isSafeInteger(array.value?.length)) {
    throw new FileError(place, { expected: 'an array', found: show(array.value) });
  }
  yield typeBytes(array.items, place);
  yield uint64(array.value.length);
  if (array.items !== 'ARRAY') yield* itemBytes(array.items, array.value, place);
  else for (const item of array.value) yield* arrayBytes(item, place);
}

function* itemBytes(type: Exclude<ValueType, 'ARRAY'>, values: ArrayLike<unknown>, place: FilePlace) {
  if (type === 'STRING') {
    for (let i = 0; i < values.length; i++) yield stringBytes(values[i], place);
    return;
  }
  const array = new NUMBER_ARRAYS[type](values.length);
  const big = array instanceof BigInt64Array || array instanceof BigUint64Array;
  for (let i = 0; i < values.length; i++) {
    const value = checkedNumber(type, values[i], place);
    if (big) array[i] = BigInt(value);
    else array[i] = Number(value);
  }
  yield new Uint8Array(array.buffer);
}

/** What is neither true nor false is left as it is, for the message. */
function flag(value: unknown): unknown {
  return typeof value === 'boolean' ? Number(value) : show(value);
}

function checkedNumber(type: ValueType, value: unknown, place: FilePlace): number | bigint {
  const [least, most] = RANGES[type] ?? [];
  if (least === undefined || most === undefined) {
    if (typeof value === 'number') return value; // FLOAT32, FLOAT64
  } else if (typeof value === 'bigint' || Number.isSafeInteger(value)) {
    const whole = value as number | bigint;
    if (whole >= least && whole <= most) return whole;
  }
  const range = least === undefined ? 'a number' : `a whole number from ${least} to ${most}`;
  throw new FileError(place, { expected: `${range} for ${type}`, found: show(value) });
}

function typeBytes(type: unknown, place: FilePlace): Uint8Array {
  const id = VALUE_TYPES.indexOf(type as ValueType);
  if (id < 0) throw new FileError(place, { expected: `a type of ${VALUE_TYPES.join(', ')}`, found: show(type) });
  return uint32(id);
}

/** Its length, then UTF-8. */
export function stringBytes(text: unknown, place: FilePlace): Uint8Array {
  if (typeof text !== 'string') throw new FileError(place, { expected: 'a string', found: show(text) });
  if (/\p{Surrogate}/u.test(text)) throw new FileError(place, { expected: 'whole characters', found: 'half of one' });
  const utf8 = UTF8.encode(text);
  const bytes = new Uint8Array(8 + utf8.length);
  bytes.set(uint64(utf8.length));
  bytes.set(utf8, 8);
  return bytes;
}

export function uint32(value: number): Uint8Array {
  return new Uint8Array(Uint32Array.of(value).buffer);
}

export function uint64(value: number): Uint8Array {
  return new Uint8Array(BigUint64Array.of(BigInt(value)).buffer);
}
