import { Llama, type LlamaOptions } from '@heartllm/lora-llm';
import { expectAllClose } from '@heartllm/testing';
import { eachBackend } from '@heartllm/testing/backends';
import * as tf from '@tensorflow/tfjs-core';
import { expect, test } from 'vitest';
import { referenceLogits, referenceLoss, type Weight } from './reference.ts';

const small = { vocabSize: 13, hiddenSize: 8, intermediateSize: 10, numHiddenLayers: 2, numAttentionHeads: 4 };
const llama3 = {
  type: 'llama3' as const,
  factor: 8,
  lowFreqFactor: 1,
  highFreqFactor: 4,
  originalMaxPositionEmbeddings: 64,
};
const shapes: Record<string, LlamaOptions> = {
  'one key head per query head, untied': small,
  'grouped queries, tied, llama3 RoPE': {
    ...small,
    numKeyValueHeads: 2,
    headDim: 6, // not hiddenSize / heads
    tieWordEmbeddings: true,
    ropeTheta: 500,
    ropeScaling: llama3,
  },
  'one key head for all, linear RoPE': {
    ...small,
    numKeyValueHeads: 1,
    headDim: 4,
    rmsNormEps: 1e-2,
    ropeScaling: { type: 'linear', factor: 3 },
  },
};

/** Large weights, so that attention is far from uniform; LoRA with a B that is not zero. */
function model(options: LlamaOptions, withLora: boolean): Llama {
  const llama = Llama.create({ ...options, initializerRange: 0.4 }, 5);
  if (withLora) {
    llama.addLora({ r: 3, loraAlpha: 5, targetModules: ['q_proj', 'v_proj', 'down_proj'], useRslora: true }, 6);
    for (const [name, parameter] of llama.parameters) {
      if (name.includes('lora_B'))
        tf.tidy(() => parameter.assign(tf.randomNormal(parameter.shape, 0, 0.3, 'float32', 7)));
    }
    llama.setTrainable((name) => name.includes('lora_') || name.includes('norm'));
  }
  return llama;
}

async function weightsOf(llama: Llama): Promise<Map<string, Weight>> {
  const weights = new Map<string, Weight>();
  for (const [name, parameter] of llama.parameters) {
    weights.set(name, { shape: parameter.shape, data: Float64Array.from(await parameter.data()) });
  }
  return weights;
}

const loraScale = 5 / Math.sqrt(3);
const rows = [
  { ids: [1, 7, 3, 3, 12, 0, 5], labels: [-100, -100, 3, 3, -100, 0, 5] },
  { ids: [4, 9, 2, 11], labels: [-100, 9, -100, 11] },
];
const pad = <T>(row: T[], filler: T): T[] => [...Array<T>(7 - row.length).fill(filler), ...row];
const batch = {
  inputIds: rows.map(({ ids }) => pad(ids, 8)),
  attentionMask: rows.map(({ ids }) =>
    pad(
      ids.map(() => 1),
      0,
    ),
  ),
  labels: rows.map(({ labels }) => pad(labels, -100)),
};

await eachBackend(['cpu', 'wasm', 'node'], () => {
  for (const [what, options] of Object.entries(shapes)) {
    for (const withLora of [false, true]) {
      const title = `${what}, ${withLora ? 'with' : 'without'} LoRA`;

      test(`logits of a padded batch equal float64 loops: ${title}`, async () => {
        const llama = model(options, withLora);
        const weights = await weightsOf(llama);
        const logits = llama.logits(batch.inputIds, batch.attentionMask);
        const values = (await logits.array()) as number[][][];
        rows.forEach(({ ids }, b) => {
          const expected = referenceLogits(llama.config, weights, loraScale, ids);
          expectAllClose(values[b].slice(-ids.length).flat(), expected.flat(), 1e-5);
        });
        logits.dispose();
        llama.dispose();
      });

      test(`every gradient equals central differences of float64 loops: ${title}`, async () => {
        const llama = model(options, withLora);
        const weights = await weightsOf(llama);
        const trainable = llama.trainable();
        const { value, grads } = tf.variableGrads(() => llama.loss(batch), [...trainable.values()]);
        const loss = () => referenceLoss(llama.config, weights, loraScale, rows);
        expectAllClose(await value.data(), [loss()], 1e-5);
        for (const [name, parameter] of trainable) {
          const data = weights.get(name)!.data as Float64Array;
          const gradient = await grads[parameter.name].data();
          const stride = Math.ceil(data.length / 12); // a dozen values of each weight
          const picked = data.map((_, i) => i).filter((i) => i % stride === 0);
          const differences = Array.from(picked, (i) => {
            const kept = data[i];
            data[i] = kept + 1e-4;
            const above = loss();
            data[i] = kept - 1e-4;
            const below = loss();
            data[i] = kept;
            return (above - below) / 2e-4;
          });
          expectAllClose(
            Array.from(picked, (i) => gradient[i]),
            differences,
            1e-4,
            name,
          );
        }
        tf.dispose([value, grads]);
        llama.dispose();
      });
    }
  }

  test('merging a LoRA keeps the logits', async () => {
    const llama = model(shapes['grouped queries, tied, llama3 RoPE'], true);
    const before = llama.logits(batch.inputIds);
    llama.mergeLora();
    const after = llama.logits(batch.inputIds);
    expectAllClose(await after.data(), await before.data(), 1e-5);
    expect([...llama.parameters.keys()].filter((name) => name.includes('lora_'))).toEqual([]);
    tf.dispose([before, after]);
    llama.dispose();
  });
});
