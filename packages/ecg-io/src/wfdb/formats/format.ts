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
}
