/** Zeros kept on both sides of every row: the widest kernel, 7, reaches 3 samples beyond the ends. */
const margin = 3;

/**
 * A signal of several channels, channel-major, in double precision: the codec's tensor.
 *
 * Every row is framed by zeros, so that padded convolutions need no special case at the ends.
 */
export class Rows {
  readonly channels: number;
  /** Samples per channel. */
  readonly length: number;
  /** Distance between neighbouring channels in `data`. */
  readonly stride: number;
  /** [channels][margin | length | margin] */
  readonly data: Float64Array;

  constructor(channels: number, length: number) {
    this.channels = channels;
    this.length = length;
    this.stride = length + 2 * margin;
    this.data = new Float64Array(channels * this.stride);
  }

  /** Where a channel's first sample lies in `data`. */
  start(channel: number): number {
    return channel * this.stride + margin;
  }

  /** The samples of one channel, to be read and written in place. [length] */
  row(channel: number): Float64Array {
    const start = this.start(channel);
    return this.data.subarray(start, start + this.length);
  }
}
