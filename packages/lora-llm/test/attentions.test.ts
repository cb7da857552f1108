import { Llama, loadLlama } from '@heartllm/lora-llm';
import { expectAllClose } from '@heartllm/testing';
import { eachBackend } from '@heartllm/testing/backends';
import * as tf from '@tensorflow/tfjs-core';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { fixtures, readJson } from './golden.ts';

interface Facts {
  attentions: number[][][][];
  log_probabilities: number[];
}
const golden = await readJson<{ ids: number[]; base: Facts; adapter: Facts }>('attentions/golden.json');
const { ids } = golden;
const ending = golden.base.log_probabilities.length;
const labels = ids.map((id, t) => (t < ids.length - ending ? -100 : id));
const tiny = { vocabSize: 50, hiddenSize: 32, intermediateSize: 48, numHiddenLayers: 2, numAttentionHeads: 4 };

await eachBackend(({ name, tolerance }) => {
  const sorts = { 'the base model': undefined, 'a model with an adapter': 'attentions' };
  describe.each(Object.entries(sorts))('%s', (_, adapter) => {
    const expected = adapter ? golden.adapter : golden.base;

    test('has the attention weights and log-probabilities of transformers, merged or not', async () => {
      const llama = await loadLlama(fixtures, { folder: 'attentions', adapter });
      for (const merge of [false, true]) {
        if (merge && (!llama.lora || name === 'webgpu')) continue; // emulated in CI, and slow
        if (merge) llama.mergeLora();
        const layers = llama.attentions(ids);
        expect(layers.map(({ shape }) => shape)).toEqual(expected.attentions.map(() => [4, ids.length, ids.length]));
        for (const [l, layer] of layers.entries()) {
          expectAllClose(await layer.data(), expected.attentions[l].flat(2), Math.max(tolerance, 2e-5));
        }
        const written = llama.logProbabilities({ inputIds: [ids], labels: [labels] });
        expectAllClose(await written.data(), expected.log_probabilities, Math.max(tolerance, 2e-5));
        tf.dispose([layers, written]);
      }
      llama.dispose();
    });
  });

  test('no tensor is left behind', async () => {
    const llama = Llama.create(tiny, 1);
    const before = tf.memory().numTensors;
    const layers = llama.attentions([1, 2, 3]);
    expect(tf.memory().numTensors).toBe(before + 2);
    const written = llama.logProbabilities({
      inputIds: [
        [1, 2, 3],
        [1, 2, 4],
      ],
      labels: [
        [-100, 2, 3],
        [-100, -100, 4],
      ],
    });
    expect(tf.memory().numTensors).toBe(before + 3);
    tf.dispose([layers, written]);
    expect(tf.memory().numTensors).toBe(before);
    llama.dispose();
  });
});

await eachBackend(['cpu'], () => {
  test('whatever the text, over several spans too, every row sums to 1 and sees nothing after itself', async () => {
    const llama = Llama.create({ ...tiny, numKeyValueHeads: 2, initializerRange: 0.3 }, 1);
    const text = fc.array(fc.integer({ min: 0, max: 49 }), { minLength: 1, maxLength: 140 });
    await fc.assert(
      fc.asyncProperty(text, async (ids) => {
        const layers = llama.attentions(ids);
        for (const layer of layers) {
          const heads = (await layer.array()) as number[][][];
          for (const rows of heads) {
            for (const [t, row] of rows.entries()) {
              expect(row.slice(t + 1).every((weight) => weight === 0)).toBe(true);
              expect(row.reduce((sum, weight) => sum + weight, 0)).toBeCloseTo(1, 5);
            }
          }
        }
        tf.dispose(layers);
      }),
      { numRuns: 10, examples: [[Array.from({ length: 140 }, (_, i) => i % 50)]] },
    );
    llama.dispose();
  });

  test('log-probabilities of rows that begin alike are those of each alone, padded or not', async () => {
    const llama = Llama.create({ ...tiny, initializerRange: 0.3 }, 2);
    const text = fc.array(fc.integer({ min: 0, max: 49 }), { minLength: 3, maxLength: 3 });
    await fc.assert(
      fc.asyncProperty(text, text, text, async (start, one, other) => {
        const inputIds = [
          [...start, ...one],
          [...start, ...other],
          [...start, ...one],
        ];
        const labels = inputIds.map((row) => row.map((id, t) => (t < 4 ? -100 : id)));
        labels[2][3] = inputIds[2][3]; // scored from the end of the common beginning on
        const expected: number[] = [];
        for (const [b, row] of inputIds.entries()) {
          const logits = llama.logits([row]);
          const scores = tf.logSoftmax(logits);
          const [rows] = (await scores.array()) as number[][][];
          labels[b].forEach((label, t) => {
            if (label !== -100) expected.push(rows[t - 1][label]);
          });
          tf.dispose([logits, scores]);
        }
        const together = llama.logProbabilities({ inputIds, labels });
        expectAllClose(await together.data(), expected, 1e-5);
        const padded = llama.logProbabilities({
          inputIds: inputIds.map((row) => [0, ...row]),
          attentionMask: inputIds.map((row) => [0, ...row.map(() => 1)]),
          labels: labels.map((row) => [-100, ...row]),
        });
        expectAllClose(await padded.data(), expected, 1e-5);
        tf.dispose([together, padded]);
      }),
      { numRuns: 20 },
    );
    llama.dispose();
  });
});
