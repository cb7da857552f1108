import { decodeNumbers, type NumberType } from '../array/numbers.ts';
import { EcgFileError, type FilePlace } from '../file-error.ts';

/** How the bits of a number lie in its bytes, once those are in little-endian order. */
export type NumberLayout = { bytes: number } & (
  | { kind: 'int' | 'uint'; offset: number; precision: number }
  | { kind: 'float'; sign: number; exponent: BitField; fraction: BitField; bias: number }
);

interface BitField {
  at: number;
  bits: number;
}

/** IEEE 754: bits of the exponent by bytes; the sign is above it, the fraction below. */
const IEEE_EXPONENT: Record<number, number | undefined> = { 2: 5, 4: 8, 8: 11 };
const [FIXED_POINT, FLOATING_POINT] = [0, 1];

/**
 * Reads a datatype message of an object header, of an integer or a float
 * (https://support.hdfgroup.org/documentation/hdf5/latest/_f_m_t3.html, "The Datatype Message"). An integer may be narrower than its bytes and
 * stand anywhere in them; a float may have any exponent and fraction, as bfloat16 does.
 *
 * @throws EcgFileError for another class, a number of more than 8 bytes, VAX order, and fields that do not lie in the number
 */
export function parseNumberLayout(message: DataView, place: FilePlace): NumberLayout {
  const wrong = (found: string) =>
    new EcgFileError(place, `expected integers or floats of up to 8 bytes, found ${found}`);
  if (message.byteLength < 12) throw wrong(`a datatype of ${message.byteLength} bytes`);
  const kind = message.getUint8(0) & 0x0f;
  const flags = message.getUint8(1);
  const bytes = message.getUint32(4, true);
  const isFloat = kind === FLOATING_POINT;
  if ((kind !== FIXED_POINT && !isFloat) || bytes < 1 || bytes > 8 || message.byteLength < (isFloat ? 20 : 12)) {
    throw wrong(`HDF5 type ${kind} of ${bytes} bytes`);
  }
  const offset = message.getUint16(8, true);
  const precision = message.getUint16(10, true);
  if (precision < 1 || offset + precision > 8 * bytes) {
    throw wrong(`${precision} bits from bit ${offset} on in ${bytes} bytes`);
  }
  if (!isFloat) return { kind: flags & 8 ? 'int' : 'uint', bytes, offset, precision };
  const sign = message.getUint8(2);
  const exponent = { at: message.getUint8(12), bits: message.getUint8(13) };
  const fraction = { at: message.getUint8(14), bits: message.getUint8(15) };
  const isImplied = ((flags >> 4) & 3) === 2; // the leading 1 of the fraction is not stored
  const fits = [sign + 1, exponent.at + exponent.bits, fraction.at + fraction.bits].every((end) => end <= precision);
  if (flags & 0x40 || offset > 0 || !isImplied || !fits || exponent.bits < 1 || exponent.bits > 11) {
    throw wrong('floats that are built in another way than IEEE 754 builds them');
  }
  return { kind: 'float', bytes, sign, exponent, fraction, bias: message.getUint32(16, true) };
}

/** The type, if every bit lies where usual programs have it. */
export function plainType(layout: NumberLayout): NumberType | undefined {
  const { bytes } = layout;
  if (bytes !== 1 && bytes !== 2 && bytes !== 4 && bytes !== 8) return undefined;
  if (layout.kind !== 'float') {
    return layout.precision === 8 * bytes ? { kind: layout.kind, bytes, littleEndian: true } : undefined;
  }
  const { sign, exponent, fraction, bias } = layout;
  const bits = IEEE_EXPONENT[bytes];
  if (bits === undefined) return undefined;
  const isIeee =
    sign === 8 * bytes - 1 &&
    exponent.bits === bits &&
    exponent.at === sign - bits &&
    fraction.at === 0 &&
    fraction.bits === exponent.at &&
    bias === 2 ** (bits - 1) - 1;
  return isIeee ? { kind: 'float', bytes, littleEndian: true } : undefined;
}

/** Numbers of any layout. Integers above 2^53 are rounded to float64. */
export function decodeLayout(bytes: Uint8Array, layout: NumberLayout): ArrayLike<number> {
  const plain = plainType(layout);
  if (plain) return decodeNumbers(bytes, plain);
  return Float64Array.from(bitsOf(bytes, layout.bytes), (bits) => {
    return layout.kind === 'float' ? floatOf(bits, layout) : Number(integerOf(bits, layout));
  });
}

/** Integers to the last digit. */
export function integerTexts(bytes: Uint8Array, layout: NumberLayout & { kind: 'int' | 'uint' }): string[] {
  return Array.from(bitsOf(bytes, layout.bytes), (bits) => String(integerOf(bits, layout)));
}

function* bitsOf(bytes: Uint8Array, size: number): Generator<bigint> {
  for (let at = 0; at < bytes.length; at += size) {
    let bits = 0n;
    for (let i = size - 1; i >= 0; i--) bits = (bits << 8n) | BigInt(bytes[at + i]);
    yield bits;
  }
}

function integerOf(
  bits: bigint,
  { kind, offset, precision }: { kind: string; offset: number; precision: number },
): bigint {
  const value = bits >> BigInt(offset);
  return kind === 'int' ? BigInt.asIntN(precision, value) : BigInt.asUintN(precision, value);
}

function floatOf(bits: bigint, { sign, exponent, fraction, bias }: NumberLayout & { kind: 'float' }): number {
  const field = ({ at, bits: width }: BitField) => Number(BigInt.asUintN(width, bits >> BigInt(at)));
  const power = field(exponent);
  const part = field(fraction) / 2 ** fraction.bits;
  const factor = field({ at: sign, bits: 1 }) ? -1 : 1;
  if (power === 0) return factor * part * 2 ** (1 - bias);
  if (power === 2 ** exponent.bits - 1) return part ? Number.NaN : factor * Number.POSITIVE_INFINITY;
  return factor * (1 + part) * 2 ** (power - bias);
}
