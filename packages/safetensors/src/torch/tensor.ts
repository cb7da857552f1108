import {
  type Dtype,
  dtypeBytes,
  elementCount,
  storedArray,
  type Tensor,
  type TensorData,
  type TensorInfo,
  widen,
} from '../tensor.ts';
import { TorchObject } from './object.ts';

/** A run of elements in the archive, which one or several tensors look into. */
export class TorchStorage extends TorchObject {
  /** Undefined for an UntypedStorage, whose tensors carry the dtype. */
  readonly dtype: Dtype | undefined;
  readonly bytes: number;
  /** Reads a range of its bytes. */
  readonly read: (start: number, end: number) => Promise<Uint8Array>;
  constructor(dtype: Dtype | undefined, bytes: number, read: (start: number, end: number) => Promise<Uint8Array>) {
    super('a storage');
    this.dtype = dtype;
    this.bytes = bytes;
    this.read = read;
  }
}

/** `tensor.expand()` stores one element for many: what a file of any size may ask to be expanded to. */
const maxExpandedElements = 2 ** 26;

/** How a tensor looks into its storage. */
interface View {
  /** Of the first element, in elements; an integer of 0 or more. */
  offset: number;
  shape: number[];
  /** In elements, integers; those of axes of one element play no part. */
  strides: number[];
  /** PyTorch's bit for a view whose values are those of the storage with the other sign. */
  negated: boolean;
}

/** A tensor of a checkpoint; its values stay in the file until `read`. */
export class TorchTensor implements TensorInfo {
  readonly dtype: Dtype;
  readonly shape: number[];
  readonly #storage: TorchStorage;
  readonly #offset: number;
  readonly #strides: number[];
  readonly #negated: boolean;

  /**
   * @throws RangeError when the view does not lie inside its storage.
   * @internal made by the reader of a checkpoint
   */
  constructor(dtype: Dtype, storage: TorchStorage, { offset, shape, strides, negated }: View) {
    const count = elementCount(shape);
    // an axis of one element is never walked along, whatever its stride: PyTorch keeps even 2^62 there
    const walked = strides.map((stride, axis) => (count === 0 || shape[axis] === 1 ? 0 : stride));
    const sane = walked.every((stride) => Number.isSafeInteger(stride) && stride >= 0);
    if (Number.isNaN(count) || strides.length !== shape.length || !sane) {
      throw new RangeError(`shape [${shape}], strides [${strides}], offset ${offset} make no tensor`);
    }
    const stored = Math.floor(storage.bytes / dtypeBytes(dtype));
    if (count > 0 && lastElement(offset, shape, walked) >= stored) {
      throw new RangeError(
        `shape [${shape}], strides [${strides}], offset ${offset} leave a storage of ${stored} elements`,
      );
    }
    if (count > Math.max(stored, maxExpandedElements)) {
      throw new RangeError(
        `shape [${shape}] expands a storage of ${stored} to more than ${maxExpandedElements} elements`,
      );
    }
    this.dtype = dtype;
    this.shape = shape;
    this.#storage = storage;
    this.#offset = offset;
    this.#strides = walked;
    this.#negated = negated;
  }

  /**
   * Reads the part of the storage that the tensor spans, and makes it row-major.
   *
   * @throws TorchCheckpointError when the file became shorter since it was opened
   */
  async read(): Promise<Tensor> {
    const { dtype, shape } = this;
    const strides = this.#strides;
    const width = dtypeBytes(dtype);
    const empty = shape.includes(0);
    const end = empty ? this.#offset : lastElement(this.#offset, shape, strides) + 1;
    const span = empty ? new Uint8Array(0) : await this.#storage.read(this.#offset * width, end * width);
    const bytes = isRowMajor(shape, strides) ? span : gather(span, width, shape, strides);
    const data = widen(dtype, storedArray(dtype, bytes));
    if (this.#negated) negate(data);
    return { dtype, shape: [...shape], data };
  }
}

/** In place; unsigned values and the lowest signed one wrap around, as in PyTorch. */
function negate(data: TensorData): void {
  if (data instanceof BigInt64Array || data instanceof BigUint64Array) {
    for (let i = 0; i < data.length; i++) data[i] = -data[i];
  } else {
    for (let i = 0; i < data.length; i++) data[i] = -data[i];
  }
}

function lastElement(offset: number, shape: number[], strides: number[]): number {
  return shape.reduce((last, size, axis) => last + (size - 1) * strides[axis], offset);
}

function isRowMajor(shape: number[], strides: number[]): boolean {
  if (shape.includes(0)) return true;
  let expected = 1;
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    if (shape[axis] !== 1 && strides[axis] !== expected) return false;
    expected *= shape[axis];
  }
  return true;
}

/** Copies elements of `width` bytes in row-major order of `shape`, as unsigned words: no NaN changes its bits. */
function gather(span: Uint8Array, width: number, shape: number[], strides: number[]): Uint8Array {
  const Words = { 1: Uint8Array, 2: Uint16Array }[width] ?? Uint32Array;
  const perElement = width / Words.BYTES_PER_ELEMENT;
  const from = new Words(new Uint8Array(span).buffer);
  const to = new Words(elementCount(shape) * perElement);
  const index = shape.map(() => 0);
  let element = 0; // where `index` lies in the span
  for (let at = 0; at < to.length; at += perElement) {
    for (let word = 0; word < perElement; word++) to[at + word] = from[element * perElement + word];
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      element += strides[axis];
      if (++index[axis] < shape[axis]) break;
      element -= shape[axis] * strides[axis];
      index[axis] = 0;
    }
  }
  return new Uint8Array(to.buffer);
}
