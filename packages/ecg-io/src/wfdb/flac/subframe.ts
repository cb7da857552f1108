import type { BitReader } from './bit-reader.ts';
import { FlacError } from './error.ts';

/**
 * Decodes the samples of one channel in a block, RFC 9639 section 9.2, into `samples`, which is as long as the block.
 *
 * @param bits of a sample: one more than the stream's for a difference between channels
 * @throws FlacError, and FlacEnd where more bytes would be needed
 */
export function decodeSubframe(reader: BitReader, samples: Int32Array, bits: number): void {
  const start = reader.byte;
  const padding = reader.unsigned(1);
  const type = reader.unsigned(6);
  const wasted = reader.unsigned(1) ? reader.unary(bits) + 1 : 0;
  const used = bits - wasted;
  if (padding !== 0 || used < 1) throw new FlacError(start, 'expected a subframe');

  if (type === 0) samples.fill(reader.signed(used));
  else if (type === 1) verbatim(reader, samples, 0, samples.length, used);
  else if (type >= 8 && type <= 12) fixed(reader, samples, used, type - 8, start);
  else if (type >= 32) linear(reader, samples, used, type - 31, start);
  else throw new FlacError(start, `unknown kind of subframe, ${type}`);

  if (wasted > 0) for (let i = 0; i < samples.length; i++) samples[i] <<= wasted;
}

function verbatim(reader: BitReader, samples: Int32Array, from: number, to: number, bits: number): void {
  for (let i = from; i < to; i++) samples[i] = reader.signed(bits);
}

/** A sample is what the polynomial through the `order` samples before it foretells, plus a residual. */
function fixed(reader: BitReader, samples: Int32Array, bits: number, order: number, start: number): void {
  warmUp(reader, samples, bits, order, start);
  residual(reader, samples, order);
  // One running sum per order turns the differences of that order back into samples.
  for (let pass = order; pass > 0; pass--) {
    let sum = differenceBefore(samples, order, pass - 1);
    for (let i = order; i < samples.length; i++) {
      sum = (sum + samples[i]) | 0;
      samples[i] = sum;
    }
  }
}

/** The difference of order `depth` of the warm-up samples at their end. */
function differenceBefore(samples: Int32Array, order: number, depth: number): number {
  let values = Array.from(samples.subarray(0, order));
  for (let i = 0; i < depth; i++) values = values.slice(1).map((value, k) => (value - values[k]) | 0);
  return values[values.length - 1];
}

/** A sample is a weighted sum of the `order` samples before it, shifted down, plus a residual. */
function linear(reader: BitReader, samples: Int32Array, bits: number, order: number, start: number): void {
  warmUp(reader, samples, bits, order, start);
  const precision = reader.unsigned(4) + 1;
  const shift = reader.signed(5);
  if (precision === 16 || shift < 0) {
    throw new FlacError(start, `expected a predictor, found precision ${precision}, shift ${shift}`);
  }
  const weights = new Float64Array(order); // from the sample just before on
  for (let k = 0; k < order; k++) weights[k] = reader.signed(precision);
  residual(reader, samples, order);
  // 32 products of 15 by 25 bits stay below 2^53, so float64 is exact.
  const scale = 2 ** -shift;
  for (let i = order; i < samples.length; i++) {
    let sum = 0;
    for (let k = 0; k < order; k++) sum += weights[k] * samples[i - 1 - k];
    samples[i] += Math.floor(sum * scale);
  }
}

function warmUp(reader: BitReader, samples: Int32Array, bits: number, order: number, start: number): void {
  if (order > samples.length) {
    throw new FlacError(start, `a predictor of order ${order} in a block of ${samples.length} samples`);
  }
  verbatim(reader, samples, 0, order, bits);
}

/** The residuals of a block in partitions, each with its own Rice parameter, RFC 9639 section 9.2.7. */
function residual(reader: BitReader, samples: Int32Array, order: number): void {
  const start = reader.byte;
  const method = reader.unsigned(2);
  if (method > 1) throw new FlacError(start, `unknown coding of residuals, ${method}`);
  const parameterBits = method === 0 ? 4 : 5;
  const escaped = (1 << parameterBits) - 1;
  const partitions = 1 << reader.unsigned(4);
  const size = samples.length / partitions;
  if (!Number.isInteger(size) || size < order) {
    throw new FlacError(start, `${partitions} partitions do not fit a block of ${samples.length} samples`);
  }
  for (let p = 0; p < partitions; p++) {
    const from = p === 0 ? order : p * size;
    const parameter = reader.unsigned(parameterBits);
    if (parameter === escaped) verbatim(reader, samples, from, (p + 1) * size, reader.unsigned(5));
    else reader.riceCodes(samples, from, (p + 1) * size, parameter);
  }
}
