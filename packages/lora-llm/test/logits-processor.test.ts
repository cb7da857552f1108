import {
  Llama,
  type LogitsProcessor,
  loadLlama,
  prefixConstrained,
  TokenTrie,
  trieConstrained,
} from '@heartllm/lora-llm';
import { eachBackend, useTestBackend } from '@heartllm/testing/backends';
import * as tf from '@tensorflow/tfjs-core';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { fixtures, golden, readJson } from './golden.ts';

const END = 16;
const sizes = {
  vocabSize: 17,
  hiddenSize: 16,
  intermediateSize: 24,
  numHiddenLayers: 2,
  numAttentionHeads: 4,
  numKeyValueHeads: 2,
  initializerRange: 0.5,
  eosTokenIds: [END],
};
const word = fc.integer({ min: 0, max: 15 });
const sequence = fc.array(word, { minLength: 1, maxLength: 4 });
const prompt = fc.array(word, { minLength: 3, maxLength: 3 });
const unchanged: LogitsProcessor = (_, logits) => logits;

/** What was written behind a prompt of three tokens, up to the end. */
function written(ids: number[]): number[] {
  const added = ids.slice(3);
  const end = added.indexOf(END);
  return end < 0 ? added : added.slice(0, end);
}

/** What transformers wrote under prefix_allowed_tokens_fn; see fixtures/README.md. */
interface Constrained {
  eos: number;
  cases: { sequences: number[][]; ids: number[][] }[];
}

let llama: Llama;

describe('on wasm', () => {
  beforeAll(async () => {
    await useTestBackend('wasm');
    llama = Llama.create(sizes, 3);
  });
  afterAll(() => llama.dispose());

  test('every row of a batch is one of the sequences of the trie, and then ends', async () => {
    const batch = fc.array(prompt, { minLength: 1, maxLength: 4 });
    await fc.assert(
      fc.asyncProperty(batch, fc.array(sequence, { minLength: 1, maxLength: 6 }), async (prompts, sequences) => {
        const logitsProcessor = [trieConstrained(new TokenTrie(sequences), END)];
        const rows = await llama.generate(prompts, { maxNewTokens: 5, logitsProcessor });
        for (const row of rows) {
          expect(row).toContain(END);
          expect(sequences).toContainEqual(written(row));
        }
        const alone = await llama.generate([prompts[0]], { maxNewTokens: 5, logitsProcessor });
        expect(written(alone[0])).toEqual(written(rows[0]));
      }),
      { numRuns: 25, seed: 1 },
    );
  });

  test('where the free answer is in the trie, it is the constrained one', async () => {
    // scores of the end are raised, so that free answers are short; both see the same scores
    const sooner: LogitsProcessor = (generated, logits) => {
      logits[END] += 3 * generated.length;
      return logits;
    };
    let ended = 0;
    await fc.assert(
      fc.asyncProperty(prompt, fc.array(sequence, { maxLength: 6 }), async (ids, others) => {
        const [free] = await llama.generate([ids], { maxNewTokens: 6, logitsProcessor: [sooner] });
        const answer = written(free);
        if (answer.length === 0 || !free.slice(3).includes(END)) return;
        ended++;
        const trie = new TokenTrie([...others, answer]);
        const [constrained] = await llama.generate([ids], {
          maxNewTokens: 6,
          logitsProcessor: [sooner, trieConstrained(trie, END)],
        });
        expect(constrained).toEqual(free);
      }),
      { numRuns: 40, seed: 2 },
    );
    expect(ended).toBeGreaterThan(10);
  });

  test('what the model must not say is replaced by the likeliest that it may', async () => {
    const options = { maxNewTokens: 1, eosTokenId: [] };
    const scores = tf.tidy(() => tf.slice(llama.logits([[1, 2, 3]]), [0, 2, 0], [1, 1, -1]));
    const logits = Array.from(await scores.data());
    scores.dispose();
    const order = [...logits.keys()].sort((a, b) => logits[b] - logits[a]);
    for (let banned = 0; banned < order.length; banned++) {
      const allowed = order.slice(banned);
      const logitsProcessor = [prefixConstrained(() => allowed)];
      expect((await llama.generate([[1, 2, 3]], { ...options, logitsProcessor }))[0][3]).toBe(order[banned]);
    }
  });

  test('processors see what each row wrote, not its prompt, and come one after the other', async () => {
    const seen: [number, number[]][] = [];
    const watch: LogitsProcessor = (generated, logits, row) => {
      seen.push([row, [...generated]]);
      expect(logits[END]).toBe(Number.NEGATIVE_INFINITY);
      return logits;
    };
    const never = prefixConstrained(() => Array.from({ length: END }, (_, id) => id));
    const prompts = [
      [1, 2],
      [5, 6],
    ];
    const rows = await llama.generate(prompts, { maxNewTokens: 3, logitsProcessor: [never, watch] });
    expect(seen).toEqual([0, 1, 2].flatMap((step) => rows.map((row, b) => [b, row.slice(2, 2 + step)])));
  });

  test('first logits are those before the processors, and no tensor is left, after an error neither', async () => {
    const before = tf.memory().numTensors;
    const taken: number[][][] = [];
    for (const logitsProcessor of [[], [prefixConstrained(() => [END])]]) {
      const firstLogits = { ids: [4, 5], take: (logits: number[][]) => taken.push(logits) };
      await llama.generate([[1, 2]], { maxNewTokens: 2, logitsProcessor, firstLogits });
    }
    expect(taken[1]).toEqual(taken[0]);
    const deadEnd = [prefixConstrained((generated) => (generated.length < 1 ? [3] : []))];
    await expect(llama.generate([[1, 2]], { maxNewTokens: 2, logitsProcessor: deadEnd })).rejects.toThrow(
      'logitsProcessor: leaves no token to come as number 2 of row 0',
    );
    expect(tf.memory().numTensors).toBe(before);
  });

  test('a processor that names ids outside the vocabulary or returns too few scores is refused', async () => {
    const run = (processor: LogitsProcessor) =>
      llama.generate([[1]], { maxNewTokens: 1, logitsProcessor: [processor] });
    await expect(run(prefixConstrained(() => [17]))).rejects.toThrow('allowed: expected ids below 17, found 17');
    await expect(run((_, logits) => logits.slice(1))).rejects.toThrow('expected 17 logits in return, found 16');
  });
});

test('a left-padded batch under a trie gives the ids that transformers gives', async () => {
  await useTestBackend('wasm');
  const model = await loadLlama(fixtures, { folder: 'tiny-llama' });
  const { input_ids, attention_mask: attentionMask } = golden.left_padded;
  const { eos, cases } = await readJson<Constrained>('constrained.json');
  const options = { maxNewTokens: 9, attentionMask, eosTokenId: eos, padTokenId: eos };
  for (const { sequences, ids } of cases) {
    const logitsProcessor = [trieConstrained(new TokenTrie(sequences), eos)];
    expect(await model.generate(input_ids, { ...options, logitsProcessor })).toEqual(ids);
  }
  model.dispose();
});

test('a trie refuses what is no list of sequences', () => {
  expect(() => new TokenTrie([])).toThrow('sequences: expected at least one, found an empty list');
  expect(() => new TokenTrie([[1], []])).toThrow('sequences[1]: expected at least one token, found none');
  expect(() => new TokenTrie([[1, -2]])).toThrow('sequences[0][1]: expected a token id, found -2');
});

test('a trie tells what may follow, and which sequence ends', () => {
  const trie = new TokenTrie([[7, 8], [7], [7, 9, 5], [7, 8]]);
  const at = (prefix: number[]) => {
    const node = trie.at(prefix);
    return node && { next: [...node.next.keys()], sequence: node.sequence };
  };
  expect(at([])).toEqual({ next: [7], sequence: undefined });
  expect(at([7])).toEqual({ next: [8, 9], sequence: 1 });
  expect(at([7, 8])).toEqual({ next: [], sequence: 0 });
  expect(at([8])).toBeUndefined();
  expect(trie.root.next.get(7)).toBe(trie.at([7]));
});

await eachBackend(() => {
  test('scores that nothing changes give the ids that the device chooses', async () => {
    const model = Llama.create({ ...sizes, numHiddenLayers: 1 }, 5);
    const prompts = [
      [1, 2, 3],
      [4, 5, 6],
    ];
    const free = await model.generate(prompts, { maxNewTokens: 3 });
    expect(await model.generate(prompts, { maxNewTokens: 3, logitsProcessor: [unchanged] })).toEqual(free);
    const streamed: number[] = [];
    const trie = new TokenTrie([[3, 1], [3, 2, 2], [9]]);
    const options = { maxNewTokens: 4, logitsProcessor: [trieConstrained(trie, END)] };
    for await (const id of model.stream(prompts[0], options)) streamed.push(id);
    expect(trie.at(streamed.slice(0, -1))?.sequence).toBeDefined();
    expect(streamed.at(-1)).toBe(END);
    model.dispose();
  });
});
