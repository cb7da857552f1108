import type { NumberLayout } from './number-layout.ts';

/** A part of a dataset: where it begins and how far it goes along each axis. */
export interface Slab {
  offset: number[];
  count: number[];
}

/** A dataset of numbers or strings in an open HDF5 file. */
export interface Dataset {
  shape: number[];
  /** Of a chunk, where the dataset is stored in chunks. */
  chunks: number[] | null;
  /** Bytes of one value. */
  bytes: number;
  /** What the bits of a number mean; undefined for strings. */
  numbers: NumberLayout | undefined;
  readNumbers(slab: Slab): Promise<ArrayLike<number>>;
  /** Strings, and integers to the last digit. */
  readNames(slab: Slab): Promise<string[]>;
}
