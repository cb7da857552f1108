import { SafetensorsError } from './errors.ts';
import {
  canStore,
  type Dtype,
  dtypeBytes,
  dtypeOf,
  dtypes,
  elementCount,
  storedBytes,
  type TensorData,
} from './tensor.ts';

/** A tensor to be written. */
export interface TensorInput {
  /** How to store it; by default as the array is. 'F16' and 'BF16' narrow a Float32Array, 'BOOL' takes a Uint8Array of 0 and 1. */
  dtype?: Dtype;
  /** Row-major; [] for a scalar. */
  shape: number[];
  /** Row-major, as many values as the shape holds. */
  data: TensorData;
}

/** A file laid out but not yet in one piece, so that a large model needs no second copy in memory. */
export interface Layout {
  /** The length prefix and the padded header. */
  head: Uint8Array;
  /** Tensors in the order of the file. */
  parts: { begin: number; end: number; bytes(): Uint8Array }[];
  /** Bytes of the whole file. */
  size: number;
}

/** Plans a file as the reference writer does: wide dtypes first, then by name, the header padded to 8 bytes. */
export function layout(tensors: Record<string, TensorInput>, metadata: Record<string, string> = {}): Layout {
  const checked = Object.entries(tensors).map(([name, tensor]) => checkedInput(name, tensor));
  checked.sort((a, b) => dtypes.indexOf(a.dtype) - dtypes.indexOf(b.dtype) || (a.name < b.name ? -1 : 1));
  const fields =
    Object.keys(metadata).length > 0 ? [`"__metadata__":${JSON.stringify(checkedMetadata(metadata))}`] : [];
  let end = 0;
  const spans = checked.map(({ name, dtype, shape, data }) => {
    const begin = end;
    end += data.length * dtypeBytes(dtype);
    fields.push(`${JSON.stringify(name)}:${JSON.stringify({ dtype, shape, data_offsets: [begin, end] })}`);
    return { begin, end, bytes: () => storedBytes(dtype, data) };
  });
  const json = new TextEncoder().encode(`{${fields.join(',')}}`);
  const padded = Math.ceil(json.length / 8) * 8;
  const head = new Uint8Array(8 + padded).fill(0x20);
  new DataView(head.buffer).setBigUint64(0, BigInt(padded), true);
  head.set(json, 8);
  const parts = spans.map((span) => ({ ...span, begin: head.length + span.begin, end: head.length + span.end }));
  return { head, parts, size: head.length + end };
}

/**
 * Makes a safetensors file (https://github.com/huggingface/safetensors#format) in memory, byte for byte as the reference
 * writer orders and pads it: wide dtypes first, then by name.
 *
 * @param tensors By name; the name '__metadata__' is reserved.
 * @param metadata Strings for `__metadata__`; transformers wants `{ format: 'pt' }`. None by default.
 * @throws SafetensorsError when a shape does not fit its data, or a dtype its array.
 */
export function encodeSafetensors(tensors: Record<string, TensorInput>, metadata?: Record<string, string>): Uint8Array {
  const { head, parts, size } = layout(tensors, metadata);
  const file = new Uint8Array(size);
  file.set(head);
  for (const { begin, bytes } of parts) file.set(bytes(), begin);
  return file;
}

function checkedInput(name: string, { dtype, shape, data }: TensorInput) {
  const fault = (text: string) => new SafetensorsError(`tensor '${name}': ${text}`);
  if (name === '__metadata__') throw fault('this name is reserved by the format');
  const stored = dtype ?? dtypeOf(data);
  if (!stored) throw fault('data is not a typed array of a type that the format knows');
  if (!canStore(stored, data)) throw fault(`${data.constructor.name} cannot be stored as ${stored}`);
  if (elementCount(shape) !== data.length) throw fault(`shape [${shape}] does not hold ${data.length} values`);
  return { name, dtype: stored, shape, data };
}

function checkedMetadata(metadata: Record<string, string>): Record<string, string> {
  for (const [key, value] of Object.entries<unknown>(metadata)) {
    if (typeof value !== 'string') throw new SafetensorsError(`metadata '${key}' is not a string`);
  }
  return metadata;
}
