import type * as tf from '@tensorflow/tfjs-core';
import type { NdArray } from './naive.ts';

/** One op of tfjs beside the same thing in plain float64 loops. */
export interface OpCase {
  name: string;
  inputs: NdArray[];
  op: (...inputs: tf.Tensor[]) => tf.Tensor;
  naive: (...inputs: NdArray[]) => NdArray;
  /** Where tfjs has no gradient, or a different one by design: what it says instead. */
  noGradient?: string;
}
