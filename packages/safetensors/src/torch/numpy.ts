import { TorchObject } from './object.ts';

const readers: Record<string, (view: DataView, little: boolean) => number | bigint | boolean> = {
  b1: (view) => view.getUint8(0) !== 0,
  i1: (view) => view.getInt8(0),
  i2: (view, little) => view.getInt16(0, little),
  i4: (view, little) => view.getInt32(0, little),
  i8: (view, little) => plainInteger(view.getBigInt64(0, little)),
  u1: (view) => view.getUint8(0),
  u2: (view, little) => view.getUint16(0, little),
  u4: (view, little) => view.getUint32(0, little),
  u8: (view, little) => plainInteger(view.getBigUint64(0, little)),
  f4: (view, little) => view.getFloat32(0, little),
  f8: (view, little) => view.getFloat64(0, little),
};

/** A numpy dtype of bools, integers or floats, on its way to a scalar. */
export class NumpyDtype extends TorchObject {
  readonly code: string;
  /** '>' is big-endian. */
  order: '<' | '>' = '<';
  private constructor(code: string) {
    super('numpy.dtype');
    this.code = code;
  }
  /** From numpy's code, for instance 'f8'; undefined for one that is not plain. */
  static of(code: unknown): NumpyDtype | undefined {
    return typeof code === 'string' && Object.hasOwn(readers, code) ? new NumpyDtype(code) : undefined;
  }
}

/** The value of numpy.core.multiarray.scalar(dtype, bytes); undefined where the bytes do not fit. */
export function numpyScalar(dtype: NumpyDtype, bytes: unknown): number | bigint | boolean | undefined {
  if (!(bytes instanceof Uint8Array) || bytes.byteLength !== Number(dtype.code[1])) return undefined;
  return readers[dtype.code](new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength), dtype.order === '<');
}

/** A number where it is exact. */
export function plainInteger(value: bigint): number | bigint {
  const number = Number(value);
  return Number.isSafeInteger(number) ? number : value;
}
