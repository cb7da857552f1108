import { Llama, LlamaError, loadLlama, projectorConfigJson, projectorTensors } from '@heartllm/lora-llm';
import { encodeSafetensors } from '@heartllm/safetensors';
import { expectAllClose } from '@heartllm/testing';
import { useTestBackend } from '@heartllm/testing/backends';
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, test } from 'vitest';
import { baseTensors, configJson } from '../src/index.ts';
import { changed } from './memory-source.ts';

const [firstId, count] = [40, 8];
const tiny = {
  ...{ vocabSize: 50, hiddenSize: 16, intermediateSize: 16, numHiddenLayers: 2, numAttentionHeads: 2 },
  initializerRange: 0.3,
};
const inputIds = [
  [1, 41, 47, 2],
  [3, 4, 40, 5],
];
const labels = [
  [-100, -100, -100, 2],
  [-100, -100, -100, 5],
];
const oneHot = (codes: number[]) =>
  Float32Array.from(codes.flatMap((code) => Array.from({ length: 8 }, (_, i) => +(i === code))));
const vectors = [oneHot([1, 7]), oneHot([0])];

beforeAll(async () => {
  await useTestBackend('cpu');
});

/** The same model without a projector, and with one that gives for a unit vector the embedding of the word in its place. */
async function pair(): Promise<[Llama, Llama]> {
  const [plain, projecting] = [Llama.create(tiny, 1), Llama.create(tiny, 1)];
  projecting.addProjector({ firstId, count, width: count }, 2);
  tf.tidy(() => {
    const rows = tf.slice(plain.parameters.get('model.embed_tokens.weight')!, [firstId, 0], [count, 16]);
    projecting.parameters.get('projector.weight')!.assign(tf.transpose(rows));
    // nothing may come from the words themselves
    const embeddings = projecting.parameters.get('model.embed_tokens.weight')!;
    embeddings.assign(tf.concat([tf.slice(embeddings, [0, 0], [firstId, 16]), tf.ones([10, 16])]));
  });
  return [plain, projecting];
}

describe('a projector', () => {
  test('puts vectors in the place of words: logits, loss and generation are those of the embeddings they give', async () => {
    const [plain, projecting] = await pair();
    for (const [name, expected] of [
      ['logits', plain.logits(inputIds)],
      ['loss', plain.loss({ inputIds, labels })],
    ] as const) {
      const found =
        name === 'logits'
          ? projecting.logits(inputIds, undefined, vectors)
          : projecting.loss({ inputIds, labels, vectors });
      expectAllClose(await found.data(), await expected.data(), 1e-5);
      tf.dispose([found, expected]);
    }
    const options = { maxNewTokens: 5, eosTokenId: 49 };
    expect(await projecting.generate(inputIds, { ...options, vectors })).toEqual(
      await plain.generate(inputIds, options),
    );
    plain.dispose();
    projecting.dispose();
  });

  test('learns: its gradient is the difference quotient', async () => {
    const [plain, llama] = await pair();
    plain.dispose();
    llama.setTrainable((name) => name.startsWith('projector'));
    expect([...llama.trainable().keys()]).toEqual(['projector.weight', 'projector.bias']);
    const loss = () => llama.loss({ inputIds, labels, vectors });
    for (const [name, at] of [
      ['projector.weight', 9],
      ['projector.bias', 3],
    ] as const) {
      const parameter = llama.parameters.get(name)!;
      const { grads } = tf.variableGrads(loss, [parameter]);
      const values = Float32Array.from(await parameter.data());
      const lossAt = async (change: number) => {
        const moved = values.slice();
        moved[at] += change;
        tf.tidy(() => parameter.assign(tf.tensor(moved, parameter.shape)));
        const value = loss();
        const [number] = await value.data();
        value.dispose();
        return number;
      };
      const quotient = ((await lossAt(0.01)) - (await lossAt(-0.01))) / 0.02;
      expectAllClose([(await grads[parameter.name].data())[at]], [quotient], 5e-3);
      await lossAt(0);
      tf.dispose(grads);
    }
    llama.dispose();
  });

  test('is kept in a folder of its own, and comes back', async () => {
    const [plain, llama] = await pair();
    const bytes = (value: unknown) => new TextEncoder().encode(JSON.stringify(value));
    const files = {
      'llm/config.json': bytes(configJson(llama.config)),
      'llm/model.safetensors': encodeSafetensors(await baseTensors(llama)),
      'projector/config.json': bytes(projectorConfigJson(llama.projector!)),
      'projector/model.safetensors': encodeSafetensors(await projectorTensors(llama)),
    };
    const loaded = await loadLlama(changed(files), { folder: 'llm', projector: 'projector' });
    const [expected, found] = [llama, loaded].map((model) => model.logits(inputIds, undefined, vectors));
    expect(await found.data()).toEqual(await expected.data());
    tf.dispose([expected, found]);
    const wrong = { ...files, 'projector/config.json': bytes({ first_id: 45, count: 8, width: 8 }) };
    await expect(loadLlama(changed(wrong), { folder: 'llm', projector: 'projector' })).rejects.toThrow(
      "projector/config.json, count: expected ids of the model's vocabulary of 50, found ids 45 to 52",
    );
    for (const model of [plain, llama, loaded]) model.dispose();
  });

  test('wants a vector for every word in its range, and none where there is no projector', async () => {
    const [plain, llama] = await pair();
    expect(() => llama.logits(inputIds)).toThrow('vectors[0]: expected 16 numbers, found 0');
    expect(() => llama.logits(inputIds, undefined, [vectors[0], new Float32Array(9)])).toThrow(
      'vectors[1]: expected 8 numbers, found 9',
    );
    expect(() => plain.logits(inputIds, undefined, vectors)).toThrow(LlamaError);
    const words = llama.logits([[1, 2]]); // no word of the range, no vector
    words.dispose();
    for (const model of [plain, llama]) model.dispose();
  });
});
