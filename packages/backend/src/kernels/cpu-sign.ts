import * as tf from '@tensorflow/tfjs-core';
import { replaceKernel } from './replace-kernel.ts';

/** Sign for cpu: that of tfjs is 0 for NaN. */
export function registerCpuSign(): void {
  replaceKernel('cpu', 'Sign', ({ x }, _, { before }) => tf.tidy(() => tf.where(tf.isNaN(x), x, before())));
}
