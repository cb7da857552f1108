import { FileError, show, writeFileAtomic } from '@heartllm/source';
import { MAGIC } from './header.ts';
import { ALIGNMENT, alignmentOf, EXPECTED_ALIGNMENT, type GgufValue } from './metadata.ts';
import { packedBytes } from './tensor-info.ts';
import { isTensorType, type TensorType, typeId } from './tensor-types.ts';
import { stringBytes, uint32, uint64, valueBytes } from './write-value.ts';

/** A tensor to be written. */
export interface TensorInput {
  /** How `bytes` are packed. */
  type: TensorType;
  /** Row-major, [out, in] for a linear layer; [] for a scalar. */
  shape: readonly number[];
  /** Packed, as `quantize` gives them. A function is called when the tensor's turn comes, so that a large model is never whole in memory. */
  bytes: Uint8Array | (() => Uint8Array);
}

/** What a file holds. What `openGguf` gives as metadata can be written again. */
export interface GgufContent {
  /** By key, in the order of the file. llama.cpp and gguf-py want `general.architecture` first. `general.alignment` is honoured. */
  metadata: Readonly<Record<string, GgufValue>>;
  /** By name, in the order of the file. */
  tensors: Readonly<Record<string, TensorInput>>;
}

const VERSION = 3;

/**
 * Makes a GGUF file of version 3 in memory, byte for byte as gguf-py writes the same content.
 *
 * @throws FileError for a value that its type cannot hold, a shape that does not fit its type, bytes that do not fit the shape
 */
export function encodeGguf(content: GgufContent): Uint8Array {
  const pieces = [...filePieces('GGUF', content)];
  return joined(pieces);
}

/**
 * Writes a GGUF file of version 3 in Node: a temporary file, flushed, renamed.
 *
 * @param path in the file system
 * @throws FileError as `encodeGguf` does, and what the file system throws; `path` then holds what it held before
 */
export async function writeGguf(path: string, content: GgufContent): Promise<void> {
  await writeFileAtomic(path, filePieces(path, content));
}

/** Header, then every tensor with the zeros behind it. */
function* filePieces(file: string, { metadata, tensors }: GgufContent): Generator<Uint8Array> {
  const alignment = alignmentOf(metadata[ALIGNMENT]);
  if (!alignment) {
    const found = show(metadata[ALIGNMENT].value);
    throw new FileError({ file, field: ALIGNMENT }, { expected: EXPECTED_ALIGNMENT, found });
  }
  const padding = (bytes: number) => new Uint8Array((alignment - (bytes % alignment)) % alignment);
  const pairs = Object.entries(metadata);
  const entries = Object.entries(tensors).map(([name, tensor]) => ({
    name,
    tensor,
    size: checkedSize(file, name, tensor),
  }));
  const head = [uint32(MAGIC), uint32(VERSION), uint64(entries.length), uint64(pairs.length)];
  for (const [key, value] of pairs) {
    const place = { file, field: key };
    head.push(stringBytes(key, place));
    for (const piece of valueBytes(value, place)) head.push(piece);
  }
  let offset = 0;
  for (const { name, tensor, size } of entries) {
    head.push(stringBytes(name, { file, field: name }), uint32(tensor.shape.length));
    head.push(...tensor.shape.toReversed().map(uint64), uint32(typeId(tensor.type)), uint64(offset)); // innermost first
    offset += size + padding(size).length;
  }
  const header = joined(head);
  yield header;
  yield padding(header.length);
  for (const { name, tensor, size } of entries) {
    const bytes = typeof tensor.bytes === 'function' ? tensor.bytes() : tensor.bytes;
    if (bytes.length !== size) {
      throw new FileError({ file, field: name }, { expected: `${size} bytes`, found: String(bytes.length) });
    }
    yield bytes;
    yield padding(size);
  }
}

function checkedSize(file: string, name: string, { type, shape }: TensorInput): number {
  const fault = (what: { expected: string; found: string }) => new FileError({ file, field: name }, what);
  if (!isTensorType(type)) throw fault({ expected: 'a type that ggml has', found: show(type) });
  if (!Array.isArray(shape)) throw fault({ expected: 'a shape', found: show(shape) });
  const size = packedBytes(type, shape);
  if (typeof size !== 'number') throw fault(size);
  return size;
}

function joined(pieces: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(pieces.reduce((length, piece) => length + piece.length, 0));
  let at = 0;
  for (const piece of pieces) {
    whole.set(piece, at);
    at += piece.length;
  }
  return whole;
}
