import { useBackend } from '@heartllm/backend';
import { type Batch, Llama } from '@heartllm/lora-llm';
import { EcgVocabulary, trainBpe } from '@heartllm/vocab-bridge';
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, test } from 'vitest';
import { accumulatedGradients, clipGradients } from '../src/gradients.ts';
import { finetuneTask, pretrainTask } from '../src/language-tasks.ts';
import type { TrainingTask } from '../src/train.ts';

beforeAll(async () => {
  await useBackend('wasm');
});

describe('clipGradients', () => {
  const clip = (maxNorm: number) =>
    tf.tidy(() => {
      const gradients = new Map<string, tf.Tensor>([
        ['a', tf.tensor1d([3, 0])],
        ['b', tf.tensor2d([[-4], [12]])],
      ]);
      const { norm, gradients: clipped } = clipGradients(gradients, maxNorm);
      return { norm: norm.dataSync()[0], values: [...clipped.values()].map((gradient) => [...gradient.dataSync()]) };
    });

  test('scales the gradients of all parameters by max_norm / (norm + 1e-6), as torch.nn.utils.clip_grad_norm_', () => {
    const { norm, values } = clip(2);
    expect(norm).toBe(13); // sqrt(9 + 16 + 144)
    const factor = 2 / (13 + 1e-6);
    [3, 0, -4, 12].forEach((value, i) => {
      expect(values.flat()[i]).toBeCloseTo(value * factor, 6);
    });
  });

  test('leaves gradients below the norm as they are', () => {
    expect(clip(14)).toEqual({
      norm: 13,
      values: [
        [3, 0],
        [-4, 12],
      ],
    });
  });
});

describe('a batch taken in parts', () => {
  const vocabulary = new EcgVocabulary(trainBpe(['sinus rhythm. normal ecg. yes no'], { vocabSize: 260 }), {
    codes: 20,
  });
  const codes = (count: number, first: number) => Array.from({ length: count }, (_, i) => (first + 7 * i) % 20);
  const llama = () =>
    Llama.create(
      {
        vocabSize: vocabulary.size,
        hiddenSize: 8,
        intermediateSize: 8,
        numHiddenLayers: 1,
        numAttentionHeads: 2,
        initializerRange: 0.3,
      },
      1,
    );

  async function compare(make: (llama: Llama) => TrainingTask<Batch[]>, parts: number) {
    const model = llama();
    const task = make(model);
    const batch = await task.batch(0);
    const split = task.split!(batch, parts);
    const run = (of: typeof split) =>
      tf.tidy(() => {
        const { loss, gradients } = accumulatedGradients(of, task.parameters, (part, i) => task.loss(part, 0, i));
        return {
          loss: loss.dataSync()[0],
          gradients: Object.fromEntries([...gradients].map(([name, gradient]) => [name, gradient.dataSync()])),
        };
      });
    const [whole, inParts] = [run([{ batch, weight: 1 }]), run(split)];
    expect(inParts.loss).toBeCloseTo(whole.loss, 5);
    expect(Object.keys(inParts.gradients)).toEqual(Object.keys(whole.gradients));
    for (const [name, expected] of Object.entries(whole.gradients)) {
      const found = inParts.gradients[name];
      const largest = Math.max(...expected.map(Math.abs));
      expected.forEach((value, i) => {
        expect(Math.abs(found[i] - value), name).toBeLessThan(1e-4 * largest + 1e-7);
      });
    }
    model.dispose();
    return split.length;
  }

  test('gives the loss and the gradients of the whole: questions and reports of unequal length', async () => {
    const examples = [
      ...[3, 5, 4, 9].map((count) => ({
        codes: codes(count, count),
        question: 'Normal?',
        answer: 'yes, a normal ecg'.slice(0, 2 * count),
      })),
      ...[6, 2].map((count) => ({ codes: codes(count, count), report: 'sinus rhythm. '.repeat(count) })),
    ];
    const task = (model: Llama) => finetuneTask({ llama: model, vocabulary, examples, batchSize: 6, trainable: 'all' });
    expect(await compare(task, 3)).toBe(3);
    expect(await compare(task, 6)).toBe(6);
  });

  test('gives them for forecasting, where the short windows need no padding any more', async () => {
    const ecgs = [codes(313, 1), codes(313, 5)];
    const task = (model: Llama) => pretrainTask({ llama: model, vocabulary, ecgs, batchSize: 2, trainable: 'all' });
    expect(await compare(task, 5)).toBe(5);
    const model = llama();
    const pretrain = task(model);
    const lengths = pretrain.split!(await pretrain.batch(0), 5).map(({ batch }) => batch[0].inputIds[0].length);
    expect(lengths).toEqual([317, 161, 81, 43, 23]);
    model.dispose();
  });

  test('keeps no tensors but the gradients', () => {
    const w = tf.variable(tf.scalar(3));
    const before = tf.memory().numTensors;
    tf.tidy(() => {
      const parts = [1, 2, 3].map((batch) => ({ batch, weight: 1 / 3 }));
      const inside = tf.memory().numTensors;
      const { gradients } = accumulatedGradients(parts, new Map([['w', w]]), (x) => tf.mul(tf.square(w), x));
      expect(gradients.get('w')!.dataSync()[0]).toBeCloseTo(12, 5);
      expect(tf.memory().numTensors - inside).toBeLessThanOrEqual(parts.length + 2); // losses, their sum, the gradient
    });
    expect(tf.memory().numTensors).toBe(before);
    w.dispose();
  });
});
