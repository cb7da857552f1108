/**
 * How the samples of an uncompressed signal format are packed into bytes; see signal(5),
 * https://physionet.org/physiotools/wag/signal-5.htm. Samples are counted from the byte offset on, over all signals of the file, frame
 * by frame. They lie in groups, the fewest samples that fill whole bytes: one of format 16 in 2 bytes, two of format 212 in 3.
 */
export interface PackedFormat {
  /** The value that marks an invalid sample. */
  readonly invalid: number;
  /** `groupBytes[k]`: bytes that hold the first k samples of a group; the last entry is that of a whole group. */
  readonly groupBytes: readonly number[];
  /** Whether each value is what the sample adds to the one before it of the same signal. */
  readonly differences?: true;
  /** Unpacks whole groups: `bytes` and `samples` hold equally many. */
  unpack(bytes: Uint8Array, samples: Int32Array): void;
  /**
   * Converts whole groups that hold a sample of each of as many signals, without the integers in between: `values[k][i]` is what
   * `tables[k]` has for sample k of group i, whose first entry is for the invalid value.
   */
  convert?(bytes: Uint8Array, tables: readonly Float32Array[], values: readonly Float32Array[]): Converted[];
}

/** What is told of a signal's samples once they have been converted. */
export interface Converted {
  /** Of all samples, modulo 2^32. */
  sum: number;
  /** How many are invalid. */
  found: number;
}
