import { Llama } from '@heartllm/lora-llm';
import { useTestBackend } from '@heartllm/testing/backends';
import * as tf from '@tensorflow/tfjs-core';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { greedy } from '../src/generate.ts';

let llama: Llama;
let tensors: number;

beforeAll(async () => {
  await useTestBackend('wasm');
  llama = Llama.create(
    {
      vocabSize: 17,
      hiddenSize: 16,
      intermediateSize: 24,
      numHiddenLayers: 2,
      numAttentionHeads: 4,
      numKeyValueHeads: 2,
      initializerRange: 0.5,
    },
    3,
  );
  tensors = tf.memory().numTensors;
});
afterAll(() => llama.dispose());

/** Greedy decoding without a cache: the whole sequence again for every token. */
async function slowly(ids: number[], count: number): Promise<number[]> {
  const all = [...ids];
  for (let i = 0; i < count; i++) {
    const last = tf.tidy(() => tf.argMax(tf.slice(llama.logits([all]), [0, all.length - 1, 0], [1, 1, -1]), -1));
    all.push((await last.data())[0]);
    last.dispose();
  }
  return all;
}

test('a left-padded batch with a cache gives the ids of each row alone without one', async () => {
  const row = fc.array(fc.integer({ min: 0, max: 16 }), { minLength: 1, maxLength: 6 });
  await fc.assert(
    fc.asyncProperty(fc.array(row, { minLength: 1, maxLength: 3 }), async (rows) => {
      const width = Math.max(...rows.map((ids) => ids.length));
      const pad = (ids: number[], filler: number) => [...Array<number>(width - ids.length).fill(filler), ...ids];
      const ids = await llama.generate(
        rows.map((ids) => pad(ids, 16)),
        {
          maxNewTokens: 5,
          attentionMask: rows.map((ids) =>
            pad(
              ids.map(() => 1),
              0,
            ),
          ),
        },
      );
      const expected = await Promise.all(rows.map((ids) => slowly(ids, 5)));
      expect(ids.map((all, b) => all.slice(width - rows[b].length))).toEqual(expected);
    }),
    { numRuns: 15, seed: 1 },
  );
});

test('a row that ends is padded until all rows have ended, as transformers does', async () => {
  const rows = [
    [1, 2, 3],
    [4, 5, 6],
  ];
  const free = (await llama.generate(rows, { maxNewTokens: 12 })).map((ids) => ids.slice(3));
  const end = free[0].find((id) => !free[1].includes(id)) as number;
  const length = free[0].indexOf(end) + 1;
  const expected = [...free[0].slice(0, length), ...Array(12 - length).fill(end)];
  const ids = await llama.generate(rows, { maxNewTokens: 12, eosTokenId: end });
  expect(ids.map((row) => row.slice(3))).toEqual([expected, free[1]]);
  const padded = await llama.generate(rows, { maxNewTokens: 12, eosTokenId: [end], padTokenId: 0 });
  expect(padded[0].slice(3)).toEqual([...free[0].slice(0, length), ...Array(12 - length).fill(0)]);
  const alone = await llama.generate([rows[0]], { maxNewTokens: 12, eosTokenId: end });
  expect(alone).toEqual([[...rows[0], ...free[0].slice(0, length)]]);
});

test('the logits of chosen ids are those of the position after each prompt, whatever the padding', async () => {
  let taken: number[][] = [];
  const before = tf.memory().numTensors;
  await llama.generate(
    [
      [9, 1, 2],
      [4, 5, 6],
    ],
    {
      maxNewTokens: 3,
      attentionMask: [
        [0, 1, 1],
        [1, 1, 1],
      ],
      firstLogits: {
        ids: [7, 0],
        take: (logits) => {
          taken = logits;
        },
      },
    },
  );
  expect(tf.memory().numTensors).toBe(before);
  for (const [b, row] of [
    [1, 2],
    [4, 5, 6],
  ].entries()) {
    const all = tf.tidy(() => tf.slice(llama.logits([row]), [0, row.length - 1, 0], [1, 1, -1]));
    const expected = await all.data();
    all.dispose();
    expect(taken[b][0]).toBeCloseTo(expected[7], 5);
    expect(taken[b][1]).toBeCloseTo(expected[0], 5);
  }
});

test('stream gives what generate adds, and the config says where it ends', async () => {
  const [all] = await llama.generate([[1, 2, 3]], { maxNewTokens: 6 });
  const streamed: number[] = [];
  for await (const id of llama.stream([1, 2, 3], { maxNewTokens: 6 })) streamed.push(id);
  expect(streamed).toEqual(all.slice(3));
  llama.config = { ...llama.config, eosTokenIds: [streamed[0]] };
  expect(await llama.generate([[1, 2, 3]], { maxNewTokens: 6 })).toEqual([[1, 2, 3, streamed[0]]]);
  llama.config = { ...llama.config, eosTokenIds: [] };
});

test('no new tokens, a stream that is left early, and 200 tokens leave no tensor behind', async () => {
  expect(await llama.generate([[1]], { maxNewTokens: 0 })).toEqual([[1]]);
  for await (const _ of llama.stream([1], { maxNewTokens: 5 })) break;
  expect(tf.memory().numTensors).toBe(tensors);
  const steps = greedy(llama, [[1, 2]], [[1, 1]], { maxNewTokens: 200 });
  let during = 0;
  let count = 0;
  for await (const _ of steps) {
    during ||= tf.memory().numTensors;
    expect(tf.memory().numTensors).toBe(during);
    count++;
  }
  expect(count).toBe(200);
  expect(tf.memory().numTensors).toBe(tensors);
});

test('padding on the right and a length that is no number are refused', async () => {
  await expect(llama.generate([[1, 2]], { maxNewTokens: 1, attentionMask: [[1, 0]] })).rejects.toThrow(
    'attentionMask: generation needs padding on the left, but a row ends with padding',
  );
  await expect(llama.generate([[1]], { maxNewTokens: -1 })).rejects.toThrow('maxNewTokens: expected a whole number');
});
