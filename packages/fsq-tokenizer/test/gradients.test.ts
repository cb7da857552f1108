import { LeadAutoencoder } from '@heartllm/lead-encoder';
import { expectAllClose } from '@heartllm/testing';
import { eachBackend } from '@heartllm/testing/backends';
import * as tf from '@tensorflow/tfjs-core';
import { expect, test } from 'vitest';
import { Fsq } from '../src/index.ts';
import { quantizeStraightThrough } from '../src/tf.ts';
import { fixtures, smallGolden } from './helpers/fixtures.ts';

await eachBackend(({ tolerance }) => {
  // A term comes through some 200 roundings, which move it by √200 · 2^-24, 1e-6 of itself (where the backend is as exact as
  // that), and their sum, in whatever order, by that share of all magnitudes: `cancellation` times the largest gradient.
  const allowed = (cancellation: number) => Math.max(tolerance, (tolerance / 10) * cancellation);

  test.each(['code', 'paper'] as const)(
    '%s: loss and gradient of every parameter, through the quantizer, equal PyTorch in float64',
    async (variant) => {
      const golden = await smallGolden(variant);
      const network = await LeadAutoencoder.load(fixtures, `tokenizer-small/${variant}`);
      const fsq = new Fsq({ levels: network.config.levels, bound: network.config.bound });
      const { shape, data } = await golden.tensor('x');
      const x = tf.tensor3d(data, shape as [number, number, number]); // [2, 12, 330]
      const before = tf.memory().numTensors;
      const { value, grads } = tf.variableGrads(
        () => tf.mean(tf.squaredDifference(network.decode(quantizeStraightThrough(network.encode(x), fsq)), x)),
        [...network.parameters.values()],
      );
      expectAllClose(await value.data(), [golden.loss], tolerance);
      for (const [name, parameter] of network.parameters) {
        const expected = await golden.tensor(`grad.${name}`);
        const gradient = grads[parameter.name];
        expect(gradient.shape).toEqual(expected.shape);
        expectAllClose(await gradient.data(), expected.data, allowed(golden.cancellation[name]), name);
      }
      tf.dispose([value, grads]);
      expect(tf.memory().numTensors).toBe(before);
      x.dispose();
      network.dispose();
    },
  );
});
