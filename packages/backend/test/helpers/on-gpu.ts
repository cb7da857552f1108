import * as tf from '@tensorflow/tfjs-core';
import { afterAll, beforeAll } from 'vitest';

/** Has webgpu compute small tensors on the GPU as well, where large ones always are; does nothing on other backends. */
export function onGpu(backend: string): void {
  if (backend !== 'webgpu') return;
  beforeAll(() => tf.env().set('WEBGPU_CPU_FORWARD', false));
  afterAll(() => tf.env().set('WEBGPU_CPU_FORWARD', true));
}
