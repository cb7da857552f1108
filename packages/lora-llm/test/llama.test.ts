import * as api from '@heartllm/lora-llm';
import { Llama, LlamaError } from '@heartllm/lora-llm';
import { expectAllClose } from '@heartllm/testing';
import { eachBackend, useTestBackend } from '@heartllm/testing/backends';
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, test } from 'vitest';

const tiny = { vocabSize: 50, hiddenSize: 32, intermediateSize: 48, numHiddenLayers: 2, numAttentionHeads: 4 };
const lora = { r: 4, loraAlpha: 8, loraDropout: 0.5, targetModules: ['q_proj', 'up_proj'] };
const batch = { inputIds: [[1, 2, 3, 4]], labels: [[-100, -100, 3, 4]] };

async function valuesOf(tensor: tf.Tensor): Promise<number[]> {
  const values = Array.from(await tensor.data());
  if (!(tensor instanceof tf.Variable)) tensor.dispose();
  return values;
}

beforeAll(async () => {
  await useTestBackend('cpu');
});

test('the public names are these', () => {
  expect(Object.keys(api).sort()).toEqual([
    'Llama',
    'LlamaError',
    'TokenTrie',
    'adapterConfig',
    'adapterTensors',
    'baseTensors',
    'checkLlama',
    'configJson',
    'loadLlama',
    'openBaseWeights',
    'parameterShapes',
    'parseConfig',
    'plainName',
    'prefixConstrained',
    'projectorConfigJson',
    'projectorTensors',
    'trieConstrained',
  ]);
});

describe('a new model', () => {
  test('is N(0, 0.02) with norms of 1, the same for the same seed', async () => {
    const [a, b, other] = [1, 1, 2].map((seed) => Llama.create({ ...tiny, vocabSize: 2000 }, seed));
    const embeddings = await Promise.all(
      [a, b, other].map((llama) => valuesOf(llama.parameters.get('model.embed_tokens.weight')!)),
    );
    expect(embeddings[0]).toEqual(embeddings[1]);
    expect(embeddings[0]).not.toEqual(embeddings[2]);
    const [values] = embeddings;
    const mean = values.reduce((x, y) => x + y) / values.length;
    const deviation = Math.sqrt(values.reduce((x, y) => x + (y - mean) ** 2, 0) / values.length);
    expect(Math.abs(mean)).toBeLessThan(3e-4); // 4 standard errors of 64,000 values
    expect(Math.abs(deviation - 0.02)).toBeLessThan(3e-4);
    expect(await valuesOf(a.parameters.get('model.norm.weight')!)).toEqual(Array(32).fill(1));
    for (const llama of [a, b, other]) llama.dispose();
  });

  test.each([
    [{ hiddenSize: 30 }, 'headDim: expected a whole number above 0, found 7.5'],
    [{ numHiddenLayers: 0 }, 'numHiddenLayers: expected a whole number above 0, found 0'],
  ])('%j is refused', (change, message) => {
    expect(() => Llama.create({ ...tiny, ...change }, 1)).toThrow(message);
  });

  test('frees everything on dispose', () => {
    const before = tf.memory().numTensors;
    const llama = Llama.create(tiny, 1);
    llama.resizeEmbeddings(60, 1);
    llama.addLora(lora, 1);
    llama.mergeLora();
    llama.dispose();
    expect(tf.memory().numTensors).toBe(before);
  });
});

test('resizing keeps the old rows of embeddings and head and draws the new ones', async () => {
  const llama = Llama.create(tiny, 1);
  const names = ['model.embed_tokens.weight', 'lm_head.weight'];
  const before = await Promise.all(names.map((name) => valuesOf(llama.parameters.get(name)!)));
  llama.resizeEmbeddings(53, 2);
  const after = await Promise.all(names.map((name) => valuesOf(llama.parameters.get(name)!)));
  after.forEach((values, i) => {
    expect(values.slice(0, 50 * 32)).toEqual(before[i]);
    expect(new Set(values.slice(50 * 32)).size).toBeGreaterThan(90);
  });
  const logits = llama.logits([[52, 0]]);
  expect(logits.shape).toEqual([1, 2, 53]);
  logits.dispose();
  llama.resizeEmbeddings(10, 2);
  expect(await valuesOf(llama.parameters.get(names[0])!)).toEqual(before[0].slice(0, 320));
  expect(() => llama.logits([[10]])).toThrow('inputIds[0][0]: expected an id below 10, found 10');
  llama.dispose();
});

describe('LoRA', () => {
  test('begins as PEFT does: B zero, A uniform within 1 / sqrt(in), only they train, the function is unchanged', async () => {
    const llama = Llama.create(tiny, 1);
    const before = await valuesOf(llama.logits(batch.inputIds));
    llama.addLora(lora, 2);
    expect(await valuesOf(llama.logits(batch.inputIds))).toEqual(before);
    expect([...llama.trainable().keys()]).toEqual(
      [0, 1].flatMap((layer) =>
        ['self_attn.q_proj', 'mlp.up_proj'].flatMap((module) =>
          ['A', 'B'].map((part) => `base_model.model.model.layers.${layer}.${module}.lora_${part}.weight`),
        ),
      ),
    );
    for (const [name, parameter] of llama.trainable()) {
      const largest = Math.max(...(await valuesOf(parameter)).map(Math.abs));
      if (name.includes('lora_B')) expect(largest).toBe(0);
      else expect(Math.abs(largest * Math.sqrt(32) - 0.95)).toBeLessThan(0.05);
    }
    expect(() => llama.addLora(lora, 3)).toThrow('the model has a LoRA already');
    llama.dispose();
  });

  test('with a target that is not there is refused and changes nothing', () => {
    const llama = Llama.create(tiny, 1);
    expect(() => llama.addLora({ ...lora, targetModules: ['query'] }, 1)).toThrow(LlamaError);
    expect(llama.trainable().size).toBe(llama.parameters.size);
    expect(() => llama.mergeLora()).toThrow('the model has no LoRA to merge');
    llama.dispose();
  });

  test('drops inputs only when a seed is given, the same ones for the same seed, and keeps the mean', async () => {
    const llama = Llama.create({ ...tiny, initializerRange: 0.2 }, 1);
    llama.addLora(lora, 2);
    for (const parameter of llama.trainable().values()) {
      tf.tidy(() => parameter.assign(tf.randomNormal(parameter.shape, 0, 0.02, 'float32', 4)));
    }
    const loss = async (dropoutSeed?: number) => (await valuesOf(llama.loss(batch, { dropoutSeed })))[0];
    const plain = await loss();
    expect(await loss()).toBe(plain);
    expect(await loss(7)).toBe(await loss(7));
    expect(await loss(7)).not.toBe(await loss(8));
    expect(await loss(7)).not.toBe(plain);
    // B A is small, so the loss is near linear in it and its mean over masks is the loss without dropout
    const dropped: number[] = [];
    for (let seed = 0; seed < 200; seed++) dropped.push(await loss(seed));
    const mean = dropped.reduce((a, b) => a + b) / dropped.length;
    const spread = Math.sqrt(dropped.reduce((sum, value) => sum + (value - mean) ** 2, 0) / dropped.length);
    expect(Math.abs(mean - plain)).toBeLessThan((4 * spread) / Math.sqrt(dropped.length));
    llama.dispose();
  });
});

describe('bad batches are refused by place', () => {
  let llama: Llama;
  beforeAll(() => {
    llama = Llama.create(tiny, 1);
  });
  test.each<[string, () => unknown, string]>([
    ['no row', () => llama.logits([]), 'inputIds: expected at least one token'],
    ['ragged rows', () => llama.logits([[1, 2], [3]]), 'inputIds[1]: expected 2 ids as in row 0, found 1'],
    ['an id beyond the vocabulary', () => llama.logits([[1, 50]]), 'inputIds[0][1]: expected an id below 50, found 50'],
    ['a fraction', () => llama.logits([[1.5]]), 'inputIds[0][0]: expected an id below 50, found 1.5'],
    [
      'a short mask',
      () => llama.logits([[1, 2]], [[1]]),
      'attentionMask[0]: expected 2 values as in inputIds, found 1',
    ],
    ['a mask of other numbers', () => llama.logits([[1]], [[2]]), 'attentionMask[0][0]: expected 0 or 1, found 2'],
    ['missing labels', () => llama.loss({ inputIds: [[1]], labels: [] }), 'labels: expected 1 rows'],
    ['no label', () => llama.loss({ inputIds: [[1, 2]], labels: [[1, -100]] }), 'labels: expected at least one after'],
    [
      'a bad label',
      () => llama.loss({ inputIds: [[1, 2]], labels: [[1, 50]] }),
      'labels[0][1]: expected -100 or an id',
    ],
  ])('%s', (_, run, message) => {
    expect(run).toThrow(LlamaError);
    expect(run).toThrow(message);
  });
});

await eachBackend(['cpu', 'wasm', 'node'], () => {
  test('logits, loss and gradients leave no tensor behind', () => {
    const llama = Llama.create(tiny, 1);
    llama.addLora(lora, 2);
    const step = (dropoutSeed: number) => {
      llama.logits(batch.inputIds, [[0, 1, 1, 1]]).dispose();
      const { value, grads } = tf.variableGrads(() => llama.loss(batch, { dropoutSeed }));
      tf.dispose([value, grads]);
    };
    step(0);
    const { numTensors, numBytes } = tf.memory();
    for (let seed = 1; seed < 5; seed++) step(seed);
    expect(tf.memory()).toMatchObject({ numTensors, numBytes });
    llama.dispose();
  });

  test('variableGrads without a list finds the trainable weights and no others', async () => {
    const llama = Llama.create(tiny, 1);
    llama.addLora(lora, 2);
    const { value, grads } = tf.variableGrads(() => llama.loss(batch));
    expect(Object.keys(grads).sort()).toEqual([...llama.trainable().values()].map(({ name }) => name).sort());
    llama.setTrainable(() => true);
    const all = tf.variableGrads(() => llama.loss(batch));
    for (const [name, gradient] of Object.entries(grads)) {
      expectAllClose(await all.grads[name].data(), await gradient.data(), 1e-5);
    }
    tf.dispose([value, grads, all.value, all.grads]);
    llama.dispose();
  });
});
