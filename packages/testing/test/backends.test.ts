import { eachBackend } from '@heartllm/testing/backends';
import * as tf from '@tensorflow/tfjs-core';
import { expect, test } from 'vitest';

await eachBackend(({ name, tolerance }) => {
  test('the backend of the loop is the active one, and computes', async () => {
    expect(tf.getBackend()).toBe(name === 'node' ? 'tensorflow' : name);
    const [y] = await tf.tanh(tf.tensor1d([0.5])).data();
    expect(Math.abs(y - Math.tanh(0.5))).toBeLessThan(tolerance);
  });
});
