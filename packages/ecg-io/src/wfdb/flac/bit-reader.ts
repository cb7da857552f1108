import { FlacEnd, FlacError } from './error.ts';

/** Reads numbers of any bit length, most significant bit first. */
export class BitReader {
  readonly bytes: Uint8Array;
  /** The byte that holds the next bit. */
  byte: number;
  /** The next bit within that byte, 0 is the most significant. */
  bit = 0;

  constructor(bytes: Uint8Array, byte: number) {
    this.bytes = bytes;
    this.byte = byte;
  }

  /** An unsigned number of 0 to 32 bits. Throws FlacEnd behind the last byte. */
  unsigned(bits: number): number {
    if (bits > 25) return this.unsigned(bits - 16) * 0x10000 + this.unsigned(16);
    if (bits === 0) return 0;
    const value = this.window() >>> (32 - bits);
    this.skip(bits);
    return value;
  }

  /** A number of 0 to 32 bits in two's complement. Throws FlacEnd behind the last byte. */
  signed(bits: number): number {
    return bits === 0 ? 0 : (this.unsigned(bits) << (32 - bits)) >> (32 - bits);
  }

  /** How many bits are 0 before the next 1, which is read too. Throws FlacEnd, and FlacError for more than `most`. */
  unary(most: number): number {
    let zeros = 0;
    for (;;) {
      const run = Math.clz32(this.window());
      if (run < 25) {
        this.skip(run + 1);
        if (zeros + run > most) break;
        return zeros + run;
      }
      zeros += 24;
      this.skip(24);
      if (zeros > most) break;
    }
    throw new FlacError(this.byte, `expected a 1 within ${most + 1} bits, found more zeros`);
  }

  /**
   * `to - from` residuals of a Rice code with parameter `rice`: a quotient in unary, then the low bits, the sign in the lowest.
   * Throws FlacEnd behind the last byte.
   */
  riceCodes(values: Int32Array, from: number, to: number, rice: number): void {
    for (let i = from; i < to; i++) {
      const window = this.window();
      const quotient = Math.clz32(window);
      const length = quotient + 1 + rice;
      let folded: number;
      if (length <= 25) {
        // Nearly always the code lies within the bits at hand.
        folded = (quotient << rice) | (rice && (window << (quotient + 1)) >>> (32 - rice));
        this.skip(length);
      } else {
        const high = this.unary(0x7fffffff);
        folded = (high << rice) | this.unsigned(rice);
      }
      values[i] = (folded >>> 1) ^ -(folded & 1);
    }
  }

  /** To the next whole byte. */
  align(): void {
    if (this.bit > 0) this.skip(8 - this.bit);
  }

  /** The next 25 bits at least, at the top of 32; zeros behind the last byte, which `skip` then refuses to pass. */
  private window(): number {
    const { bytes, byte } = this;
    return ((bytes[byte] << 24) | (bytes[byte + 1] << 16) | (bytes[byte + 2] << 8) | bytes[byte + 3]) << this.bit;
  }

  private skip(bits: number): void {
    const bit = this.bit + bits;
    this.byte += bit >> 3;
    this.bit = bit & 7;
    if (this.byte >= this.bytes.length && (this.byte > this.bytes.length || this.bit > 0)) {
      throw new FlacEnd(this.bytes.length, 'the stream ends within a frame');
    }
  }
}
