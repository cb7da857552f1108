/** A WFDB header; names follow wfdb-python's, in camel case. Fields that the file leaves out are undefined unless a default is named. */
export interface WfdbHeader {
  /** As the record line has it, without '.mat'. */
  recordName: string;
  /** Segments of a multi-segment record in order; undefined for an ordinary record. */
  segments?: WfdbSegment[];
  /** Number of signals. */
  nSig: number;
  /** Frames per second, in Hz; 250 when absent. */
  fs: number;
  /** Ticks per second of the counter. */
  counterFreq?: number;
  /** Counter value at sample 0. */
  baseCounter?: number;
  /** Frames in the record; undefined or 0: as many as the signal files hold. */
  sigLen?: number;
  /** 'HH:MM:SS' or 'HH:MM:SS.ffffff'. */
  baseTime?: string;
  /** 'YYYY-MM-DD'. */
  baseDate?: string;
  /** One per signal line; empty for a multi-segment record. */
  signals: WfdbSignal[];
  /** Lines that begin with '#', without it; those before the record line too. */
  comments: string[];
  /** What looks wrong but does not keep the samples from being read. */
  warnings: string[];
}

/** One segment of a multi-segment record: a line of its header. */
export interface WfdbSegment {
  /** '~' stands for a gap. */
  recordName: string;
  /** Frames. */
  sigLen: number;
  /** Line of the header, from 1. */
  line: number;
}

/** One signal of a record: a signal specification line of its header (header(5) of the WFDB manual). */
export interface WfdbSignal {
  /** Beside the header; '~' where there is none. */
  fileName: string;
  /** Signal format by its number, '16'. */
  fmt: string;
  /** 1 when absent. */
  sampsPerFrame: number;
  /** Samples of this signal that come before sample 0 in the file; 0 when absent. */
  skew: number;
  /** Bytes before the first sample of the file; 0 when absent. */
  byteOffset: number;
  /** Digital units per physical unit; 200 when absent or 0. */
  adcGain: number;
  /** Digital value of 0 physical units; adcZero when absent. */
  baseline: number;
  /** 'mV' when absent. */
  units: string;
  /** Bits. */
  adcRes?: number;
  /** 0 when absent. */
  adcZero: number;
  /** First sample. */
  initValue?: number;
  /** Sum of all samples, 16 bits, signed or unsigned. */
  checksum?: number;
  /** Bytes in which a tape or the like was read, 0 for an ordinary file; not used. */
  blockSize?: number;
  /** The description, in an ECG the lead. */
  sigName?: string;
  /** Line of the header, from 1. */
  line: number;
}
