import { useBackend } from '@heartllm/backend';
import { Llama } from '@heartllm/lora-llm';
import { pretrainTask } from '@heartllm/training';
import { EcgVocabulary, trainBpe } from '@heartllm/vocab-bridge';
import { beforeAll, expect, test } from 'vitest';

beforeAll(() => useBackend('wasm'));

test('so many steps of questions follow each of forecasting, and all examples come once in a pass', async () => {
  const vocabulary = new EcgVocabulary(trainBpe(['Question: Answer: yes no'], { vocabSize: 270 }), { codes: 36 });
  const llama = Llama.create(
    { vocabSize: vocabulary.size, hiddenSize: 8, intermediateSize: 8, numHiddenLayers: 1, numAttentionHeads: 1 },
    0,
  );
  const ecgs = Array.from({ length: 5 }, (_, ecg) => Array.from({ length: 313 }, (_, t) => (ecg + t) % 36));
  const examples = ecgs.map((codes, ecg) => ({ codes, questions: [{ question: `${ecg}?`, answer: 'yes' }] }));
  const task = pretrainTask({ llama, vocabulary, ecgs, batchSize: 1, interviews: { each: 2, examples } });
  const asked: string[] = [];
  const kinds: string[] = [];
  for (let step = 0; step < task.totalSteps; step++) {
    const [{ inputIds }] = await task.batch(step);
    kinds.push(inputIds.length === 5 ? 'forecast' : 'interview'); // five windows of one ECG
    if (inputIds.length === 1) asked.push(/Question:(\d)/.exec(vocabulary.decodeText(inputIds[0]))![1]);
  }
  expect(task.totalSteps).toBe(8);
  expect(kinds.join(' ')).toBe('forecast interview interview forecast interview interview forecast interview');
  expect(asked.sort()).toEqual(['0', '1', '2', '3', '4']);
  llama.dispose();
});
