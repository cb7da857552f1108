import { useBackend } from '@heartllm/backend';
import { Llama } from '@heartllm/lora-llm';
import { EcgVocabulary, trainBpe } from '@heartllm/vocab-bridge';
import { beforeAll, expect, test } from 'vitest';
import { type EcgEmbeddings, finetuneTask, pretrainTask, type TrainableSet, train } from '../src/index.ts';

beforeAll(async () => {
  await useBackend('wasm');
});

const vocabulary = new EcgVocabulary(trainBpe(['sinus rhythm. normal ecg. yes no'], { vocabSize: 260 }), { codes: 20 });
const codes = Array.from({ length: 320 }, (_, i) => (7 * i) % 20);

/** Which rows of embeddings and output layer two steps change: of ECG codes, of anything else. */
async function changed(set: TrainableSet, ecgEmbeddings?: EcgEmbeddings) {
  const llama = Llama.create(
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
  if (set !== 'all') llama.addLora({ r: 2, loraAlpha: 4, targetModules: ['q_proj'] }, 1);
  const weights = async () => {
    const named = ['model.embed_tokens.weight', 'lm_head.weight'].map((name) => llama.parameters.get(name)!.data());
    return (await Promise.all(named)).map((data) => Float32Array.from(data));
  };
  const before = await weights();
  const common = { llama, vocabulary, trainable: set, ecgEmbeddings, lr: 0.1 };
  const examples = [{ codes, question: 'Normal?', answer: 'yes' }];
  const task =
    set === 'pretrain' ? pretrainTask({ ...common, ecgs: [codes] }) : finetuneTask({ ...common, examples, epochs: 2 });
  for await (const _ of train(task, { clip: 1 }));
  const after = await weights();
  const result = { ecg: false, others: false };
  for (const [i, values] of after.entries()) {
    values.forEach((value, at) => {
      const id = Math.floor(at / 8);
      const isCode = id >= vocabulary.firstCodeId && id < vocabulary.firstCodeId + 20;
      if (value !== before[i][at]) result[isCode ? 'ecg' : 'others'] = true;
    });
  }
  llama.dispose();
  return result;
}

test.each<[TrainableSet, EcgEmbeddings | undefined, boolean, boolean]>([
  ['pretrain', undefined, true, true],
  ['pretrain', 'frozen', false, false],
  ['finetune', undefined, false, false],
  ['finetune', 'trained', true, false],
  ['all', undefined, true, true],
  ['all', 'frozen', false, true],
])('%s with ecgEmbeddings %s changes embeddings of codes: %s, of other words: %s', async (set, choice, ecg, others) => {
  expect(await changed(set, choice)).toEqual({ ecg, others });
});
