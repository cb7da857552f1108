import { buildQuestionBatch, EcgVocabulary, trainBpe } from '@heartllm/vocab-bridge';

export async function use() {
  const vocabulary = new EcgVocabulary(trainBpe(['sinus rhythm', 'sinus rhythm normal ecg'], { vocabSize: 280 }));
  const batch = buildQuestionBatch(vocabulary, [{ codes: [5, 1295], question: 'Is it normal?', answer: 'yes' }]);
  return batch.inputIds[0].slice(-12).join(' ');
}
