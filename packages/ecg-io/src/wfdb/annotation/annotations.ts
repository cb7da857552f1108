import type { AnnotationLabel } from './labels.ts';

/**
 * Annotations of a record, column by column: entry i of each array belongs to annotation i. Names follow wfdb-python's `rdann`, in camel
 * case.
 */
export interface Annotations {
  /** When, in ticks of `fs` from the start of the record: the frame, unless the file has a time resolution of its own. */
  sample: number[];
  /** What, by its mnemonic: 'N', 'V', '+', '(' ...; '[55]' for a code without one. */
  symbol: string[];
  /** The code as stored, 1 to 58. */
  labelStore: number[];
  /** What the symbol stands for, 'Normal beat'; '' for a code without a label. */
  description: string[];
  /** -128 to 127, 0 where none is stored. */
  subtype: number[];
  /** Signal to which the annotation belongs, 0 to 255. */
  chan: number[];
  /** -128 to 127. */
  num: number[];
  /** Free text, Latin-1, trailing NULs kept as `rdann` does; '' where none is stored. */
  auxNote: string[];
  /** Ticks per second: the file's own time resolution, else the header's frames per second, else undefined. */
  fs?: number;
  /** What the file defines besides, or instead of, the standard labels. */
  customLabels: AnnotationLabel[];
  /** Notes at sample 0 that define nothing; the programs that detect beats write their command line there. */
  comments: string[];
  /** What looks wrong but could be read, one sentence each, naming the file. */
  warnings: string[];
}

/** What the words of a file hold, null annotations and definitions included. */
export type RawAnnotations = Pick<Annotations, 'sample' | 'labelStore' | 'subtype' | 'chan' | 'num' | 'auxNote'>;

/** Codes of annot(5), https://physionet.org/physiotools/wag/annot-5.htm: those of real annotations are in labels.ts. */
export const NULL = 0;
export const NOTE = 22;
/** From here on a word is no annotation of its own. */
export const SKIP = 59;
export const NUM = 60;
export const SUB = 61;
export const CHN = 62;
export const AUX = 63;
