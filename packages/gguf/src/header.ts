import { quote } from '@heartllm/source';
import type { Cursor } from './cursor.ts';
import { ALIGNMENT, alignmentOf, EXPECTED_ALIGNMENT, type GgufValue } from './metadata.ts';
import { readValue } from './read-value.ts';
import { MAX_DIMENSIONS, packedBytes, type TensorInfo } from './tensor-info.ts';
import { describeTypeId, typeOfId } from './tensor-types.ts';

/** 'GGUF' as it stands in the file. */
export const MAGIC = 0x46554747;
/** The versions whose lengths have 64 bits; they differ in nothing else here. */
const VERSIONS = [2, 3];
/** The fewest bytes of a key with its value, and of a tensor's entry. */
const LEAST_PAIR = 13;
const LEAST_TENSOR = 24;

/** Where a tensor lies; `begin` counts from the start of the file. */
export interface TensorEntry extends TensorInfo {
  begin: number;
}

export interface Header {
  metadata: Map<string, GgufValue>;
  tensors: Map<string, TensorEntry>;
}

/** Reads and checks a header (ggml's docs/gguf.md). Every tensor lies inside the file, aligned, and over no other. */
export function readHeader(cursor: Cursor, fileBytes: number): Header {
  readVersion(cursor);
  const tensorCount = cursor.uint64();
  const pairCount = cursor.uint64();
  cursor.need(tensorCount * LEAST_TENSOR + pairCount * LEAST_PAIR);
  const metadata = new Map<string, GgufValue>();
  while (metadata.size < pairCount) {
    const key = newName(cursor, metadata, 'key');
    metadata.set(key, readValue(cursor));
  }
  cursor.field = ALIGNMENT;
  const alignment = alignmentOf(metadata.get(ALIGNMENT));
  if (!alignment) throw cursor.fault(EXPECTED_ALIGNMENT, String(metadata.get(ALIGNMENT)?.value));
  const tensors = new Map<string, TensorEntry>();
  while (tensors.size < tensorCount) {
    const name = newName(cursor, tensors, 'tensor');
    tensors.set(name, readEntry(cursor, alignment));
  }
  place(cursor, tensors, { dataStart: Math.ceil(cursor.at / alignment) * alignment, fileBytes });
  return { metadata, tensors };
}

function readVersion(cursor: Cursor): void {
  const magic = cursor.uint32();
  if (magic !== MAGIC) throw cursor.fault("a GGUF file, which begins with 'GGUF'", `bytes ${hex(magic)}`, 0);
  const version = cursor.uint32();
  if (VERSIONS.includes(version)) return;
  const found = (version & 0xffff) === 0 ? 'a big-endian file' : `version ${version}`;
  throw cursor.fault(`version ${VERSIONS.join(' or ')}, little-endian`, found, 4);
}

function hex(word: number): string {
  return [0, 8, 16, 24].map((shift) => ((word >>> shift) & 255).toString(16).padStart(2, '0')).join(' ');
}

function newName(cursor: Cursor, known: ReadonlyMap<string, unknown>, what: string): string {
  const start = cursor.at;
  cursor.field = undefined;
  const name = cursor.string();
  if (known.has(name)) throw cursor.fault(`every ${what} once`, `${quote(name)} again`, start);
  cursor.field = name;
  return name;
}

/** An entry as it stands: `begin` counts from the start of the tensors' bytes. */
function readEntry(cursor: Cursor, alignment: number): TensorEntry {
  const start = cursor.at;
  const dimensions = cursor.uint32();
  if (dimensions > MAX_DIMENSIONS) {
    throw cursor.fault(`at most ${MAX_DIMENSIONS} dimensions`, String(dimensions), start);
  }
  const shape = Array.from({ length: dimensions }, () => cursor.uint64()).reverse(); // innermost first in the file
  const id = cursor.uint32();
  const type = typeOfId(id);
  if (!type) throw cursor.fault('a type that ggml has', describeTypeId(id), cursor.at - 4);
  const byteLength = packedBytes(type, shape);
  if (typeof byteLength !== 'number') throw cursor.fault(byteLength.expected, byteLength.found, start);
  const begin = cursor.uint64();
  if (begin % alignment !== 0) {
    throw cursor.fault(`an offset that is a multiple of ${alignment}`, String(begin), cursor.at - 8);
  }
  return { type, shape, byteLength, begin };
}

/** Makes offsets count from the start of the file, and checks them against its length and each other. */
function place(
  cursor: Cursor,
  tensors: Map<string, TensorEntry>,
  { dataStart, fileBytes }: { dataStart: number; fileBytes: number },
): void {
  let covered = 0;
  for (const [name, entry] of [...tensors].sort(([, a], [, b]) => a.begin - b.begin || a.byteLength - b.byteLength)) {
    cursor.field = name;
    const offset = entry.begin + dataStart;
    const end = offset + entry.byteLength;
    if (entry.byteLength > 0 && end > fileBytes) {
      throw cursor.fault(
        `${entry.byteLength} bytes`,
        `${Math.max(0, fileBytes - offset)} to the end of the file`,
        offset,
      );
    }
    if (entry.byteLength > 0 && entry.begin < covered) {
      throw cursor.fault('bytes of its own', 'those of the tensor before it', offset);
    }
    covered = Math.max(covered, entry.begin + entry.byteLength);
    entry.begin = offset;
  }
}
