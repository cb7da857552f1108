/**
 * How the samples of one signal format lie in a file. Samples are counted from the byte offset on, over all signals of the file, frame by
 * frame. One file per format implements this; formats/index.ts lists them.
 */
export interface SignalFormat {
  /** The value that marks an invalid sample. */
  readonly invalid: number;
  /** Bytes that the first `samples` samples take. */
  byteLength(samples: number): number;
  /** How many whole samples `bytes` bytes hold. */
  sampleCount(bytes: number): number;
  /** The bytes [start, end) which hold the samples [from, to); what is decoded from them begins with sample `first` <= from. */
  locate(from: number, to: number): { start: number; end: number; first: number };
  /** Every sample in bytes that `locate` named. */
  decode(bytes: Uint8Array): Int32Array;
}
