/** An ECG as every reader of this package returns it, whatever the file format. */
export interface EcgRecord {
  /** The record's name without folders and without suffix, '00001_hr'. */
  name: string;
  /**
   * Frames per second, in Hz: the sampling rate of every lead but those with several samples per frame (`meta.sampsPerFrame`), of which
   * WFDB and EDF files may have some.
   */
  fs: number;
  /** Names of the leads as the file spells them ('AVR', 'aVR', 'avr'). */
  leads: string[];
  /**
   * Physical unit of each lead: 'nV', 'uV', 'mV' or 'V' in whatever spelling the file has it, other units as the file has them. 'mV' where it names
   * none; '' where it should, in an EDF file or where values are beyond what an ECG has in mV.
   */
  units: string[];
  /**
   * One array per lead, in physical units, NaN where a sample is invalid; `samples` long, or `samples * meta.sampsPerFrame[i]` where a frame
   * has several samples of the lead.
   */
  signal: Float32Array[];
  /** Number of frames read. A frame has one sample of each lead. */
  samples: number;
  /** When the first frame that was read was recorded; the file's wall clock, which names no time zone, is taken as UTC. */
  startTime?: Date;
  /** Free text of the file, line by line. */
  comments: string[];
  /** Format, calibration, warnings: what there is beside the samples. */
  meta: EcgMeta;
  /** With `{ digital: true }`: the integers as stored, an invalid one as the lowest value of its format (format 16: -32768). */
  digital?: Int32Array[];
}

/** What the file says about the leads that were read; arrays hold one entry per lead, in the order of `leads`. */
export interface EcgMeta {
  /** The signal format by its WFDB number, '16', several joined by a comma; 'hdf5', 'npy', 'csv', 'edf' or 'bdf' for other files. */
  format: string;
  /** The same for each lead; a lead is '0' in WFDB where no file holds its samples. */
  formats: string[];
  /** Digital units per physical unit: physical = (digital - baseline) / gain. */
  gains: number[];
  /** The digital value of 0 physical units. */
  baselines: number[];
  /** The digital value in the middle of the converter's range. */
  adcZeros: number[];
  /** Bits of the converter; undefined where the file does not say. */
  adcResolutions: (number | undefined)[];
  /** Samples of the lead in one frame of the file; with `smoothFrames` `signal` holds their mean. */
  sampsPerFrame: number[];
  /** How many samples are invalid, and so NaN in `signal`. */
  invalidSamples: number[];
  /** Ticks per second of the counter that ran beside the recording; undefined where the file names none. */
  counterFreq?: number;
  /** Counter value at the first frame that was read. */
  baseCounter?: number;
  /** Time of day at the first frame that was read, 'HH:MM:SS.fff', where the file gives no date and so no `startTime`. */
  baseTime?: string;
  /** What looks wrong but could be read, one sentence each, naming the file. */
  warnings: string[];
}
