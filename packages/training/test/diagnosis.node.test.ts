import { Generator, useBackend } from '@heartllm/backend';
import { LeadAutoencoder, publishedConfig } from '@heartllm/lead-encoder';
import { DiagnosisHead, labelLoss, meanAuroc, type SignalSet, tokenizerTask, train } from '@heartllm/training';
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, expect, test } from 'vitest';

beforeAll(() => useBackend('wasm'));

test('labels that are not known do not count', () => {
  const loss = (labels: number[][]) =>
    tf.tidy(() => {
      const logits = tf.tensor2d([0, 2, -1, 0.5], [2, 2]);
      return labelLoss(
        logits,
        labels.map((row) => Float32Array.from(row)),
      ).dataSync()[0];
    });
  const softplus = (x: number) => Math.log(1 + Math.exp(x));
  expect(loss([[1, 0], [0, 1]])).toBeCloseTo((softplus(0) + softplus(2) + softplus(-1) + softplus(-0.5)) / 4, 6); // biome-ignore format: a table
  expect(loss([[NaN, 0], [NaN, NaN]])).toBeCloseTo(softplus(2), 6); // biome-ignore format: a table
  expect(loss([[NaN, NaN], [NaN, NaN]])).toBe(0); // biome-ignore format: a table
});

test('the area under the curve by hand, over the labels that have one', () => {
  const scores = [[3, 1, 0], [1, 1, 0], [2, 0, 0]].map((row) => Float32Array.from(row)); // biome-ignore format: a table
  const labels = [[1, 1, 1], [0, 0, 1], [1, NaN, 1]].map((row) => Float32Array.from(row)); // biome-ignore format: a table
  expect(meanAuroc(scores, labels)).toBe((1 + 0.5) / 2);
  expect(
    meanAuroc(
      scores,
      [[1], [1], [1]].map((row) => Float32Array.from(row)),
    ),
  ).toBeNaN();
});

test('the head learns from which codes are there, wherever they stand, and frees what it holds', () => {
  const before = tf.memory().numTensors;
  const head = new DiagnosisHead(2, 1, new Generator(1));
  const random = new Generator(2);
  // a recording shows the finding if it has the code (1, 0) somewhere
  const recordings = Array.from({ length: 40 }, (_, i) => {
    const codes = Array.from({ length: 8 }, () => [random.integer(2), 1]);
    if (i % 2) codes[random.integer(8)] = [1, 0];
    return codes;
  });
  const labels = recordings.map((_, i) => Float32Array.of(i % 2));
  const x = tf.tensor3d(recordings);
  const lossOf = () => labelLoss(head.logits(x), labels);
  const first = tf.tidy(() => lossOf().dataSync()[0]);
  for (let step = 0; step < 100; step++) {
    tf.tidy(() => {
      const { grads } = tf.variableGrads(lossOf, [...head.parameters.values()]);
      for (const parameter of head.parameters.values()) {
        parameter.assign(tf.sub(parameter, tf.mul(grads[parameter.name], 1)));
      }
    });
  }
  expect(first).toBeGreaterThan(0.6);
  expect(tf.tidy(() => lossOf().dataSync()[0])).toBeLessThan(0.1);
  x.dispose();
  head.dispose();
  expect(tf.memory().numTensors).toBe(before);
});

test('trained along with a tokenizer it is judged, and no part of the tokenizer', async () => {
  const config = {
    ...publishedConfig,
    samples: 160,
    leads: ['I', 'II'],
    encoder: { ...publishedConfig.encoder, channels: 8 },
    decoder: { channels: 8, depth: 1 },
  };
  const recordings: SignalSet = {
    length: 6,
    signal: async (index) =>
      config.leads.map(() => Float32Array.from({ length: 160 }, (_, t) => Math.sin((t * (index + 2)) / 20))),
    labels: (index) => Float32Array.of(index % 2, index < 3 ? 1 : 0),
  };
  const network = LeadAutoencoder.create(config, new Generator(3));
  const training = { network, train: recordings, validation: recordings, batchSize: 2, epochs: 2, crop: 96 };
  const task = tokenizerTask({ ...training, diagnosis: 2 });
  expect([...task.parameters.keys()].filter((name) => !network.parameters.has(name))).toHaveLength(6);
  for await (const event of train(task)) {
    if (event.type !== 'validation') continue;
    const { mse, diagnosis, auroc } = event.metrics;
    expect(event.loss).toBeCloseTo(mse + 2 * diagnosis, 5);
    expect(auroc).toBeGreaterThanOrEqual(0);
    expect(auroc).toBeLessThanOrEqual(1);
  }
  expect(() => tokenizerTask({ ...training, train: { ...recordings, labels: undefined }, diagnosis: 2 })).toThrow(
    'diagnoses cannot be learned: the recordings have no labels',
  );
  network.dispose();
});
