import { expectAllClose } from '@heartllm/testing';
import { eachBackend } from '@heartllm/testing/backends';
import * as tf from '@tensorflow/tfjs-core';
import { expect, test } from 'vitest';
import { elementwise } from './ops/elementwise.ts';
import { layers } from './ops/layers.ts';
import { linear } from './ops/linear.ts';
import { numericGradients, spread } from './ops/naive.ts';
import { reductions } from './ops/reductions.ts';
import { shapes } from './ops/shapes.ts';

await eachBackend(({ tolerance }) => {
  for (const { name, inputs, op, naive, noGradient } of [
    ...elementwise,
    ...reductions,
    ...shapes,
    ...linear,
    ...layers,
  ]) {
    const tensors = () => inputs.map(({ shape, data }) => tf.tensor(Float32Array.from(data), shape));

    test(`${name} equals float64 loops`, async () => {
      const expected = naive(...inputs);
      const actual = tf.tidy(() => op(...tensors()));
      expect(actual.shape).toEqual(expected.shape);
      expectAllClose(await actual.data(), expected.data, tolerance);
      actual.dispose();
    });

    if (noGradient) continue;
    test(`gradient of ${name} equals central differences`, async () => {
      const weights = spread(naive(...inputs).shape, { seed: 3 });
      const expected = numericGradients(naive, inputs, weights);
      const before = tf.memory().numTensors;
      const actual = tf.tidy(() => {
        const w = tf.tensor(Float32Array.from(weights.data), weights.shape);
        return tf.grads((...x: tf.Tensor[]) => tf.sum(tf.mul(op(...x), w)))(tensors());
      });
      for (const [i, gradient] of actual.entries()) {
        expect(gradient.shape).toEqual(inputs[i].shape);
        expectAllClose(await gradient.data(), expected[i], tolerance, `by input ${i}`);
      }
      tf.dispose(actual);
      expect(tf.memory().numTensors).toBe(before);
    });
  }
});
