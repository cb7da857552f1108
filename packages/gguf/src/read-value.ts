import type { Cursor } from './cursor.ts';
import { type GgufArray, type GgufValue, NUMBER_ARRAYS, VALUE_TYPES, type ValueType } from './metadata.ts';

/** Arrays of arrays of … : no file has more than two, and every level costs stack. */
const MAX_DEPTH = 8;
/** The fewest bytes of a string: its length; of an array: type and count. */
const LEAST_STRING = 8;
const LEAST_ARRAY = 12;

/** A value of the metadata: its type, and what follows from that. */
export function readValue(cursor: Cursor): GgufValue {
  const type = valueType(cursor);
  if (type === 'STRING') return { type, value: cursor.string() };
  if (type === 'ARRAY') return readArray(cursor, 1);
  const [value] = readNumbers(cursor, type, 1);
  if (type === 'BOOL') return { type, value: value === 1 };
  const safe = typeof value === 'bigint' && Number.isSafeInteger(Number(value));
  return { type, value: safe ? Number(value) : value };
}

function readArray(cursor: Cursor, depth: number): GgufArray {
  if (depth > MAX_DEPTH) throw cursor.fault(`at most ${MAX_DEPTH} arrays in each other`, 'more');
  const items = valueType(cursor);
  const count = cursor.uint64();
  if (items === 'STRING') {
    cursor.need(count * LEAST_STRING);
    const value: string[] = [];
    while (value.length < count) value.push(cursor.string());
    return { type: 'ARRAY', items, value };
  }
  if (items === 'ARRAY') {
    cursor.need(count * LEAST_ARRAY);
    const value: GgufArray[] = [];
    while (value.length < count) value.push(readArray(cursor, depth + 1));
    return { type: 'ARRAY', items, value };
  }
  return { type: 'ARRAY', items, value: readNumbers(cursor, items, count) };
}

function readNumbers(cursor: Cursor, type: keyof typeof NUMBER_ARRAYS, count: number) {
  const start = cursor.at;
  const bytes = cursor.bytes(count * NUMBER_ARRAYS[type].BYTES_PER_ELEMENT);
  if (type === 'BOOL') {
    const wrong = bytes.findIndex((byte) => byte > 1);
    if (wrong >= 0) throw cursor.fault('a BOOL of 0 or 1', String(bytes[wrong]), start + wrong);
  }
  return new NUMBER_ARRAYS[type](bytes.buffer);
}

function valueType(cursor: Cursor): ValueType {
  const id = cursor.uint32();
  const type = VALUE_TYPES[id];
  if (!type) throw cursor.fault(`a type of value from 0 to ${VALUE_TYPES.length - 1}`, String(id), cursor.at - 4);
  return type;
}
