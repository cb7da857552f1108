import type { Rows } from './plan.ts';

/** A weight by its place: output channel, input channel, tap. */
export type Weight = (out: number, cin: number, tap: number) => number;

/** A parameter in PyTorch's order [Cout, Cin, width]. */
export function conv(values: Float32Array, cin: number, width: number): Weight {
  return (o, c, tap) => values[(o * cin + c) * width + tap];
}

/**
 * The weights of eight output channels in the order in which they are used: tap by tap, and under each tap the channels
 * of a row of x, padding included. [width * pitch][8]
 *
 * @param weight asked only for channels that exist
 */
export function pack(x: Rows, octet: number, channels: number, width: number, weight: Weight): Float32Array {
  const packed = new Float32Array(width * x.pitch * 8);
  for (let tap = 0; tap < width; tap++) {
    for (let c = 0; c < x.channels; c++) {
      for (let i = 0; i < 8 && octet * 8 + i < channels; i++) {
        packed[(tap * x.pitch + c) * 8 + i] = weight(octet * 8 + i, c, tap);
      }
    }
  }
  return packed;
}

/** Eight biases of a bias vector, zeros beyond its end. */
export function packBias(bias: Float32Array, octet: number): Float32Array {
  const packed = new Float32Array(8);
  packed.set(bias.subarray(octet * 8, octet * 8 + 8));
  return packed;
}
