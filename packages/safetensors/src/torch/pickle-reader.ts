import { plainInteger } from './numpy.ts';

/** Integers of a checkpoint are counters and sizes; 256 bytes are a number of 600 digits. */
const maxIntegerBytes = 256;

/** Reads a pickle's fields; every length is held against the bytes that are there. */
export class PickleReader {
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  readonly #fail: (text: string) => never;
  position = 0;

  /** `fail` throws; it may look at `position`. */
  constructor(bytes: Uint8Array, fail: (text: string) => never) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.#fail = fail;
  }

  uint8(): number {
    return this.#view.getUint8(this.#take(1));
  }
  uint16(): number {
    return this.#view.getUint16(this.#take(2), true);
  }
  int32(): number {
    return this.#view.getInt32(this.#take(4), true);
  }
  uint32(): number {
    return this.#view.getUint32(this.#take(4), true);
  }
  uint64(): number {
    return Number(this.#view.getBigUint64(this.#take(8), true));
  }
  float64(): number {
    return this.#view.getFloat64(this.#take(8)); // the only big-endian field
  }

  /** A copy. */
  bytes(length: number): Uint8Array {
    const start = this.#take(length);
    return this.#bytes.slice(start, start + length);
  }

  text(length: number): string {
    const start = this.#take(length);
    return new TextDecoder('utf-8', { ignoreBOM: true }).decode(this.#bytes.subarray(start, start + length));
  }

  /** Text up to a line feed, which is not part of it. */
  line(): string {
    const length = this.#bytes.indexOf(0x0a, this.position) - this.position;
    if (length < 0) this.#fail('is truncated inside a name');
    const text = this.text(length);
    this.position++;
    return text;
  }

  /** A two's complement integer of `length` bytes, little-endian; a number where that is exact. */
  integer(length: number): number | bigint {
    if (length > maxIntegerBytes) this.#fail(`has an integer of ${length} bytes, at most ${maxIntegerBytes} are read`);
    let value = 0n;
    for (const [i, byte] of this.bytes(length).entries()) value |= BigInt(byte) << BigInt(8 * i);
    return plainInteger(BigInt.asIntN(8 * length, value));
  }

  #take(length: number): number {
    const start = this.position;
    const left = this.#bytes.length - start;
    if (length > left) this.#fail(`is truncated: needs ${length} bytes, has ${left}`);
    this.position += length;
    return start;
  }
}
