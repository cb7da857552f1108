import { expectAllClose } from '@heartllm/testing';
import { eachBackend } from '@heartllm/testing/backends';
import * as tf from '@tensorflow/tfjs-core';
import { expect, test } from 'vitest';
import { scaledDotProduct } from '../src/attention.ts';
import { attentionMask } from '../src/mask.ts';

/** More queries than one span holds, earlier keys, two query heads per key head, and padding that leaves some blind. */
const [groups, heads, length, count, headDim] = [2, 2, 131, 134, 2];
const mask = [5, 0].map((padding) => Array.from({ length: count }, (_, s) => (s < padding ? 0 : 1)));
const shapes = {
  queries: [2, groups, length, heads * headDim],
  keys: [2, groups, count, headDim],
  values: [2, groups, count, headDim],
} as const;
type Name = keyof typeof shapes;
const names = Object.keys(shapes) as Name[];
const size = (name: Name) => shapes[name].reduce((a, b) => a * b, 1);
const wave = (name: Name, shift: number) =>
  Float64Array.from({ length: size(name) }, (_, i) => Math.sin(1.7 * i + shift) + Math.cos(0.31 * i * shift));

/** softmax(q k^T / sqrt(headDim)) v for every query head, over the keys that it may see, in float64. */
function naive(of: Record<Name, Float64Array>): Float64Array {
  const seen = new Float64Array(size('queries'));
  for (let b = 0; b < 2; b++) {
    for (let g = 0; g < groups; g++) {
      for (let t = 0; t < length; t++) {
        const open = mask[b].map((_, s) => s).filter((s) => mask[b][s] && s <= count - length + t);
        for (let h = 0; h < heads; h++) {
          const q = (((b * groups + g) * length + t) * heads + h) * headDim;
          const row = (s: number) => ((b * groups + g) * count + s) * headDim;
          const scores = open.map((s) => {
            let dot = 0;
            for (let d = 0; d < headDim; d++) dot += of.queries[q + d] * of.keys[row(s) + d];
            return Math.exp(dot / Math.sqrt(headDim));
          });
          const total = scores.reduce((x, y) => x + y, 0);
          for (const [i, s] of open.entries()) {
            for (let d = 0; d < headDim; d++) seen[q + d] += (scores[i] / total) * of.values[row(s) + d];
          }
        }
      }
    }
  }
  return seen;
}

await eachBackend(['cpu', 'wasm', 'node'], () => {
  const inputs = { queries: wave('queries', 1), keys: wave('keys', 2), values: wave('values', 3) };
  const tensors = () => names.map((name) => tf.tensor4d(Float32Array.from(inputs[name]), [...shapes[name]]));
  const attend = (...[q, k, v]: tf.Tensor[]) =>
    scaledDotProduct(q as tf.Tensor4D, k as tf.Tensor4D, v as tf.Tensor4D, attentionMask(mask, length, heads));

  test('attention over several spans equals float64 loops, 0 where a query sees no key', async () => {
    const seen = tf.tidy(() => attend(...tensors()));
    const values = await seen.data();
    expect(Array.from(values.slice(0, 2 * heads * headDim))).toEqual(Array(2 * heads * headDim).fill(0));
    expectAllClose(values, naive(inputs), 1e-5);
    seen.dispose();
  });

  test('its gradients equal central differences of float64 loops', async () => {
    const weights = wave('queries', 4);
    const loss = () => naive(inputs).reduce((sum, value, i) => sum + value * weights[i], 0);
    const gradients = tf.tidy(() => {
      const w = tf.tensor4d(Float32Array.from(weights), [...shapes.queries]);
      return tf.grads((...x) => tf.sum(tf.mul(attend(...x), w)))(tensors());
    });
    for (const [n, name] of names.entries()) {
      const picked = Array.from({ length: 12 }, (_, i) => Math.floor((i * size(name)) / 12));
      const differences = picked.map((i) => {
        const kept = inputs[name][i];
        const [above, below] = [1e-4, -1e-4].map((step) => {
          inputs[name][i] = kept + step;
          return loss();
        });
        inputs[name][i] = kept;
        return (above - below) / 2e-4;
      });
      const gradient = await gradients[n].data();
      expectAllClose(
        picked.map((i) => gradient[i]),
        differences,
        1e-4,
        name,
      );
    }
    tf.dispose(gradients);
  });
});
