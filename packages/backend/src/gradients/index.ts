import * as tf from '@tensorflow/tfjs-core';
import { repairBroadcastGradients } from './broadcast.ts';
import { repairCumsumGradient } from './cumsum.ts';

/**
 * Registers the gradients of tfjs, which its build for Node leaves out, and repairs the wrong ones. To be called again
 * after another copy of tfjs was loaded, as that registers its own.
 */
export async function registerGradients(): Promise<void> {
  if (!tf.getGradient('Neg')) await import('../../generated/gradients.js');
  repairBroadcastGradients();
  repairCumsumGradient();
}
