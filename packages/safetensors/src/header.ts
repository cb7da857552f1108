import { duplicateKey } from './duplicate-key.ts';
import { SafetensorsError } from './errors.ts';
import { type Dtype, dtypeBytes, dtypes, elementCount, isDtype, type TensorInfo } from './tensor.ts';

/** The reference's limit; the header of a model with 100,000 tensors is about a tenth of it. */
export const maxHeaderBytes = 100_000_000;

/** Where a tensor lies; `begin` and `end` are bytes from the start of the data section. */
export interface TensorEntry extends TensorInfo {
  begin: number;
  end: number;
}

export interface Header {
  /** The `__metadata__` map. */
  metadata: Record<string, string>;
  /** In the order of their bytes. */
  entries: Map<string, TensorEntry>;
}

/**
 * Reads the 8 bytes in front of the header: its length, little-endian.
 *
 * @param file The file's name, for messages.
 * @param fileBytes The file's real size: no length is believed that does not fit into it.
 */
export function headerLength(file: string, prefix: Uint8Array, fileBytes: number): number {
  const length = new DataView(prefix.buffer, prefix.byteOffset, 8).getBigUint64(0, true);
  if (length > BigInt(maxHeaderBytes)) {
    throw new SafetensorsError(
      `${file}: byte 0 claims a header of ${length} bytes, at most ${maxHeaderBytes} are allowed`,
    );
  }
  if (Number(length) > fileBytes - 8) {
    throw new SafetensorsError(
      `${file}: byte 0 claims a header of ${length} bytes, the file has ${fileBytes - 8} after it`,
    );
  }
  return Number(length);
}

/**
 * Parses and checks a header: every tensor's bytes follow from its shape and dtype, and together they cover the data
 * section without overlap or hole (https://github.com/huggingface/safetensors#format).
 *
 * @param dataBytes Size of the data section: the file's size less 8 less the header.
 */
export function parseHeader(file: string, bytes: Uint8Array, dataBytes: number): Header {
  if (bytes[0] !== 0x7b) throw new SafetensorsError(`${file}: the header at byte 8 does not begin with '{'`);
  const root = parseObject(file, bytes, 'the header');
  const { __metadata__: metadata, ...tensors } = root;
  const entries = Object.entries(tensors).map(([name, entry]) => [name, parseEntry(file, name, entry)] as const);
  entries.sort(([, a], [, b]) => a.begin - b.begin || a.end - b.end);
  let covered = 0;
  for (const [name, { begin, end }] of entries) {
    if (begin !== covered) {
      const fault = begin > covered ? 'leaves a hole' : 'overlaps the tensor before it';
      throw new SafetensorsError(`${file}: tensor '${name}' ${fault}: begins at ${begin}, expected ${covered}`);
    }
    covered = end;
  }
  if (covered !== dataBytes) {
    throw new SafetensorsError(`${file}: tensors take ${covered} bytes, the file has ${dataBytes} after its header`);
  }
  return { metadata: parseMetadata(file, metadata), entries: new Map(entries) };
}

/** A JSON object without duplicate keys. */
export function parseObject(file: string, bytes: Uint8Array, what: string): Record<string, unknown> {
  let root: unknown;
  let json: string;
  try {
    json = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
    root = JSON.parse(json);
  } catch (cause) {
    throw new SafetensorsError(`${file}: ${what} is not JSON in UTF-8`, { cause });
  }
  if (!isObject(root)) throw new SafetensorsError(`${file}: ${what} is not a JSON object`);
  const duplicate = duplicateKey(json);
  if (duplicate !== undefined) throw new SafetensorsError(`${file}: ${what} has the key '${duplicate}' twice`);
  return root;
}

export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function parseMetadata(file: string, metadata: unknown): Record<string, string> {
  if (metadata === undefined || metadata === null) return {};
  if (!isObject(metadata)) throw new SafetensorsError(`${file}: __metadata__ is not a JSON object`);
  for (const [key, value] of Object.entries(metadata)) {
    if (typeof value !== 'string') throw new SafetensorsError(`${file}: __metadata__ '${key}' is not a string`);
  }
  return metadata as Record<string, string>;
}

function parseEntry(file: string, name: string, entry: unknown): TensorEntry {
  const fault = (text: string) => new SafetensorsError(`${file}: tensor '${name}': ${text}`);
  if (!isObject(entry)) throw fault('is not a JSON object');
  const { dtype, shape, data_offsets: offsets } = entry;
  if (!isDtype(dtype)) throw fault(`has dtype ${JSON.stringify(dtype)}, expected one of ${dtypes.join(', ')}`);
  if (!Array.isArray(shape)) throw fault('has no shape');
  const count = elementCount(shape);
  if (Number.isNaN(count)) throw fault(`has shape ${JSON.stringify(shape).slice(0, 100)}, expected sizes of 0 or more`);
  if (!Array.isArray(offsets) || offsets.length !== 2) throw fault('has no data_offsets [begin, end]');
  const [begin, end]: unknown[] = offsets;
  if (!isOffset(begin) || !isOffset(end) || end < begin) {
    throw fault(`has data_offsets ${JSON.stringify(offsets).slice(0, 100)}, expected 0 <= begin <= end`);
  }
  return checkedEntry(fault, dtype, shape, count, begin, end);
}

function checkedEntry(
  fault: (text: string) => SafetensorsError,
  dtype: Dtype,
  shape: number[],
  count: number,
  begin: number,
  end: number,
): TensorEntry {
  const needed = count * dtypeBytes(dtype);
  if (end - begin !== needed) {
    throw fault(`has ${end - begin} bytes, shape [${shape}] of ${dtype} takes ${needed}`);
  }
  return { dtype, shape, begin, end };
}

function isOffset(value: unknown): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;
}
