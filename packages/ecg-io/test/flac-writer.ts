/**
 * Writes FLAC streams, RFC 9639, for tests: every kind of subframe on demand, none of them chosen for size. The samples a predictor foretells
 * are computed in BigInt, the checksums bit by bit, so that nothing is shared with the decoder.
 */

/** How residuals are coded: `parameters[p]` of partition p, or `raw` bits each where it is undefined. */
export interface Residuals {
  method: 0 | 1;
  partitionOrder: number;
  parameter?: number;
  raw: number;
}

export type Subframe =
  | { kind: 'constant'; wasted: number }
  | { kind: 'verbatim'; wasted: number }
  | { kind: 'fixed'; order: number; wasted: number; residuals: Residuals }
  | { kind: 'linear'; weights: number[]; precision: number; shift: number; wasted: number; residuals: Residuals };

export interface Block {
  /** Per channel. */
  samples: number[][];
  stereo?: 'left-side' | 'side-right' | 'mid-side';
  subframes: Subframe[];
}

const RATE = 48000;

/** A whole stream; all blocks but the last have the size of the first. */
export function writeFlac(blocks: Block[], bits: number): Uint8Array {
  const channels = blocks[0].samples.length;
  const size = blocks[0].samples[0].length;
  const total = blocks.reduce((sum, { samples }) => sum + samples[0].length, 0);
  const head = new BitWriter();
  for (const char of 'fLaC') head.put(char.charCodeAt(0), 8);
  head.put(1, 1).put(0, 7).put(34, 24); // the only metadata: STREAMINFO
  head.put(size, 16).put(size, 16).put(0, 24).put(0, 24);
  head
    .put(RATE, 20)
    .put(channels - 1, 3)
    .put(bits - 1, 5)
    .put(0, 4)
    .put(total, 32);
  for (let i = 0; i < 16; i++) head.put(0, 8); // no MD5
  const frames = blocks.map((block, number) => frame(block, number, bits));
  return Uint8Array.from([...head.bytes(), ...frames.flat()]);
}

function frame({ samples, stereo, subframes }: Block, number: number, bits: number): number[] {
  const writer = new BitWriter();
  const size = samples[0].length;
  const assignment = stereo ? 8 + ['left-side', 'side-right', 'mid-side'].indexOf(stereo) : samples.length - 1;
  writer.put(0x3ffe, 14).put(0, 2).put(7, 4).put(10, 4).put(assignment, 4);
  writer.put({ 8: 1, 12: 2, 16: 4, 20: 5, 24: 6 }[bits] ?? 0, 3).put(0, 1);
  for (const byte of new TextEncoder().encode(String.fromCodePoint(number))) writer.put(byte, 8);
  writer.put(size - 1, 16);
  writer.put(crc(writer.bytes(), 8, 0x07), 8);

  let [first, second] = samples;
  if (stereo) {
    const side = first.map((left, i) => left - second[i]);
    const mid = first.map((left, i) => (left + second[i]) >> 1);
    [first, second] = stereo === 'left-side' ? [first, side] : stereo === 'side-right' ? [side, second] : [mid, side];
  }
  [first, second, ...samples.slice(2)].slice(0, samples.length).forEach((channel, i) => {
    const isSide = (i === 0 && stereo === 'side-right') || (i === 1 && stereo && stereo !== 'side-right');
    subframe(writer, channel, bits + (isSide ? 1 : 0), subframes[i]);
  });
  writer.align();
  writer.put(crc(writer.bytes(), 16, 0x8005), 16);
  return writer.bytes();
}

function subframe(writer: BitWriter, channel: number[], bits: number, how: Subframe): void {
  const samples = channel.map((sample) => sample / 2 ** how.wasted);
  const used = bits - how.wasted;
  const type = {
    constant: () => 0,
    verbatim: () => 1,
    fixed: () => 8 + (how as { order: number }).order,
    linear: () => 31 + (how as { weights: number[] }).weights.length,
  }[how.kind]();
  writer.put(0, 1).put(type, 6);
  if (how.wasted > 0) writer.put(1, 1).unary(how.wasted - 1);
  else writer.put(0, 1);
  if (how.kind === 'constant') writer.put(samples[0], used);
  else if (how.kind === 'verbatim') for (const sample of samples) writer.put(sample, used);
  else {
    const weights = how.kind === 'fixed' ? FIXED[how.order] : how.weights;
    for (const sample of samples.slice(0, weights.length)) writer.put(sample, used);
    if (how.kind === 'linear') {
      writer.put(how.precision - 1, 4).put(how.shift, 5);
      for (const weight of weights) writer.put(weight, how.precision);
    }
    const shift = how.kind === 'linear' ? how.shift : 0;
    residuals(writer, foretell(samples, weights, shift), weights.length, how.residuals);
  }
}

/** Weights of the fixed predictors, from the sample just before on. */
const FIXED = [[], [1], [2, -1], [3, -3, 1], [4, -6, 4, -1]];

/** What is left of the samples behind the first ones; 0 for those. */
function foretell(samples: number[], weights: number[], shift: number): number[] {
  return samples.map((sample, i) => {
    if (i < weights.length) return 0;
    const sum = weights.reduce((sum, weight, k) => sum + BigInt(weight) * BigInt(samples[i - 1 - k]), 0n);
    return sample - Number(sum >> BigInt(shift));
  });
}

function residuals(
  writer: BitWriter,
  values: number[],
  order: number,
  { method, partitionOrder, parameter, raw }: Residuals,
) {
  writer.put(method, 2).put(partitionOrder, 4);
  const size = values.length >> partitionOrder;
  for (let start = 0; start < values.length; start += size) {
    const part = values.slice(Math.max(start, order), start + size);
    if (parameter === undefined) {
      writer.put(method === 0 ? 15 : 31, method === 0 ? 4 : 5).put(raw, 5);
      for (const value of part) writer.put(value, raw);
      continue;
    }
    writer.put(parameter, method === 0 ? 4 : 5);
    for (const value of part) {
      const folded = value < 0 ? -2 * value - 1 : 2 * value;
      writer.unary(Math.floor(folded / 2 ** parameter)).put(folded % 2 ** parameter, parameter);
    }
  }
}

class BitWriter {
  private readonly bits: number[] = [];

  put(value: number, count: number): this {
    for (let bit = count - 1; bit >= 0; bit--) this.bits.push(Math.floor(value / 2 ** bit) & 1);
    return this;
  }

  unary(zeros: number): this {
    for (let i = 0; i < zeros; i++) this.bits.push(0);
    this.bits.push(1);
    return this;
  }

  align(): void {
    while (this.bits.length % 8) this.bits.push(0);
  }

  bytes(): number[] {
    const bytes: number[] = [];
    for (let i = 0; i < this.bits.length; i += 8) {
      bytes.push(this.bits.slice(i, i + 8).reduce((byte, bit) => (byte << 1) | bit, 0));
    }
    return bytes;
  }
}

function crc(bytes: number[], width: number, polynomial: number): number {
  let remainder = 0;
  for (const byte of bytes) {
    for (let bit = 7; bit >= 0; bit--) {
      const carry = ((remainder >> (width - 1)) & 1) ^ ((byte >> bit) & 1);
      remainder = (remainder << 1) & (2 ** width - 1);
      if (carry) remainder ^= polynomial;
    }
  }
  return remainder;
}
