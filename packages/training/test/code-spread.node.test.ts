import { useBackend } from '@heartllm/backend';
import { codeUsage, Fsq } from '@heartllm/fsq-tokenizer';
import { codeSpread } from '@heartllm/training';
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, expect, test } from 'vitest';

beforeAll(() => useBackend('cpu'));

const fsq = new Fsq({ levels: [6, 6], bound: 'sigmoid' });
const logit = (p: number) => Math.log(p / (1 - p));
const spreadOf = (points: number[][]) => tf.tidy(() => codeSpread(tf.tensor2d(points), fsq).dataSync()[0]);

test('is 0 where every part of the square is hit alike, and by hand where it is not', () => {
  const steps = Array.from({ length: 40 }, (_, i) => logit((i + 0.5) / 40));
  const even = steps.flatMap((a) => steps.map((b) => [a, b]));
  expect(spreadOf(even)).toBeLessThan(1e-5);
  expect(spreadOf([[0, 0]])).toBeCloseTo(2, 6); // no variance in either dimension
  expect(spreadOf(steps.map((a) => [a, a]))).toBeCloseTo(2, 2); // each alone is even, and tells all of the other
  expect(spreadOf([[100, 0]])).toBeCloseTo(3 + 4 + 1, 4); // mean sqrt(3); second moments 3 and 0
});

test('its descent makes more codes used', async () => {
  const points = tf.variable(tf.mul(tf.randomNormal([500, 2], 0, 1, 'float32', 1), 0.2));
  const used = () => codeUsage(fsq.quantize(points.dataSync() as Float32Array).indices, 36).perplexity;
  const before = used();
  for (let step = 0; step < 60; step++) {
    tf.tidy(() => {
      const { grads } = tf.variableGrads(() => codeSpread(points, fsq), [points]);
      points.assign(tf.sub(points, tf.mul(grads[points.name], 100)));
    });
  }
  expect(used()).toBeGreaterThan(2 * before);
  points.dispose();
});
